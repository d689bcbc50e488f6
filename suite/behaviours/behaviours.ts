// The registry of all behaviours, in the order in which a reader should meet them.
import type { Behaviour } from './behaviour.ts';
import { accept } from './accept.ts';
import { concurrency } from './concurrency.ts';
import { endWord } from './end-word/end-word.ts';
import { framing } from './stream/framing.ts';
import { halfClose } from './half-close.ts';
import { listensForOthers } from './listens-for-others.ts';
import { mute } from './mute.ts';
import { oneMessage } from './one-message.ts';
import { operatorEnds } from './operator/operator-ends.ts';
import { operatorLines } from './operator/operator.ts';
import { payload } from './payload/payload.ts';
import { processFamily } from './process/process.ts';
import { robustness } from './robustness.ts';
import { staysUp } from './stays-up.ts';
import { stream } from './stream/stream.ts';

const usual = [
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
  ...mute,
  ...processFamily,
  staysUp,
];

const onRequest = [listensForOthers];

/** The ids of our behaviours, as their declarations have them. */
export type BehaviourId = (typeof usual | typeof onRequest)[number]['id'];

/**
 * The id of a behaviour that a user declared. For the compiler it is of no other text than this: so nothing
 * that is written in our code is one, nor equal to one.
 */
type OwnBehaviourId = 'an id of a config' & { readonly isOfAConfig: true };

/** The id of any behaviour that a run may hold. */
export type AnyBehaviourId = BehaviourId | OwnBehaviourId;

/**
 * What a run holds when nobody names any. Where this does not compile, a behaviour needs one that there is
 * not: the message names it.
 */
export const behaviours: readonly Behaviour<BehaviourId, BehaviourId>[] = usual;

/** Those that right servers need not keep: a run holds them where they are asked for by name. */
export const behavioursOnRequest: readonly Behaviour<BehaviourId, BehaviourId>[] = onRequest;

/** All of them, those on request behind the others of their family. */
export const everyBehaviour: readonly Behaviour<BehaviourId, BehaviourId>[] = [
  ...new Set(behaviours.map(({ family }) => family)),
].flatMap((family) =>
  [...behaviours, ...behavioursOnRequest].filter((one) => one.family === family),
);

/** Those about the run as a whole: they fail of whatever ended the server. */
export const aboutRun: readonly AnyBehaviourId[] = behaviours.flatMap(({ id, isAboutRun }) =>
  isAboutRun === true ? [id] : [],
);
