// The registry of causes. Where two explain the same, the one that stands first is claimed.
import type { CauseRule } from './cause.ts';
import { acceptLoopCauses } from './causes/serving/accept-loop.ts';
import { byteCauses } from './causes/bytes/bytes.ts';
import { concurrencyCauses } from './causes/concurrency.ts';
import { endWordCauses } from './causes/end-word/end-word.ts';
import { halfCloseCauses } from './causes/half-close.ts';
import { lifetimeCauses } from './causes/lifetime.ts';
import { behindWhatWasReadCauses } from './causes/messages/behind-what-was-read.ts';
import { pausedReaderCauses } from './causes/messages/paused-reader.ts';
import { keptForAllCauses } from './causes/messages/kept-for-all.ts';
import { laterClientCauses } from './causes/serving/later-clients.ts';
import { awaitsALength } from './causes/serving/length-said.ts';
import { letterCauses } from './causes/bytes/letters.ts';
import { neverAnswers } from './causes/serving/never-answers.ts';
import { oneAcceptAnEvent } from './causes/serving/one-accept-an-event.ts';
import { operatorCauses } from './causes/operator.ts';
import { payloadCauses } from './causes/messages/payload.ts';
import { placeCauses } from './causes/serving/places.ts';
import { processCauses } from './causes/process.ts';
import { robustnessCauses } from './causes/robustness.ts';
import { shortMessageCauses } from './causes/messages/short-messages.ts';
import { aTextForSome } from './causes/serving/a-text-for-some.ts';
import { sequenceCauses } from './causes/messages/sequence.ts';
import { sizeCauses } from './causes/messages/sizes.ts';
import { restOfAnother } from './causes/serving/rest-of-another.ts';
import { leftOutByOthers } from './causes/serving/left-out.ts';
import { newestLeftOut } from './causes/serving/newest-left-out.ts';
import { sameTextCauses } from './causes/messages/same-text.ts';
import { turnsSomeAwayCauses } from './causes/serving/turns-some-away.ts';
import { speaksByItself } from './causes/serving/speaks-by-itself.ts';
import { soManyBytesCauses } from './causes/so-many-bytes.ts';
import { stopsAnswering } from './causes/serving/stops-answering.ts';
import { waitingCauses } from './causes/waiting.ts';

const all = [
  ...oneAcceptAnEvent,
  ...stopsAnswering,
  ...acceptLoopCauses,
  ...speaksByItself,
  ...awaitsALength,
  ...neverAnswers,
  ...waitingCauses,
  ...shortMessageCauses,
  ...sameTextCauses,
  ...aTextForSome,
  ...behindWhatWasReadCauses,
  ...pausedReaderCauses,
  ...keptForAllCauses,
  ...payloadCauses,
  ...byteCauses,
  ...letterCauses,
  ...sizeCauses,
  ...lifetimeCauses,
  ...soManyBytesCauses,
  ...halfCloseCauses,
  ...endWordCauses,
  ...restOfAnother,
  ...newestLeftOut,
  ...leftOutByOthers,
  ...concurrencyCauses,
  ...turnsSomeAwayCauses,
  ...placeCauses,
  ...laterClientCauses,
  ...robustnessCauses,
  ...sequenceCauses,
  ...processCauses,
  ...operatorCauses,
];

/** The ids of the causes, as their declarations have them. */
export type CauseId = (typeof all)[number]['id'];

export const causes: readonly CauseRule<CauseId>[] = all;

/** The cause of that id, or undefined when there is none. */
export function findCause(id: string): CauseRule | undefined {
  return causes.find((cause) => cause.id === id);
}
