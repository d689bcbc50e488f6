// The registry of all behaviours, in the order in which a reader should meet them.
import type { Behaviour } from './behaviour.ts';
import { accept } from './accept.ts';
import { concurrency } from './concurrency.ts';
import { endWord } from './end-word.ts';
import { framing } from './stream/framing.ts';
import { halfClose } from './half-close.ts';
import { oneMessage } from './one-message.ts';
import { operatorEnds } from './operator/operator-ends.ts';
import { operatorLines } from './operator/operator.ts';
import { payload } from './payload.ts';
import { processFamily } from './process/process.ts';
import { robustness } from './robustness.ts';
import { staysUp } from './stays-up.ts';
import { stream } from './stream/stream.ts';

export const behaviours: readonly Behaviour[] = [
  ...accept,
  ...payload,
  ...stream,
  ...halfClose,
  ...endWord,
  ...oneMessage,
  ...operatorLines,
  ...operatorEnds,
  ...framing,
  ...concurrency,
  ...robustness,
  ...processFamily,
  staysUp,
];
