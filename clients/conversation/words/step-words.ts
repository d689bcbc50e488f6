// A step of a conversation in words, for a reader who has not written it.
import { countedBytes, quotedBytes } from './byte-words.ts';
import { byteCountOf, type Expected, type Payload, type SingleStep } from '../conversation.ts';

type AwaitEnd = Extract<SingleStep, { do: 'await-end' }>;

/** One line, the client its subject: `A sends 3 bytes 61 62 63 (“abc”)`. */
export function tellStep(step: SingleStep): string {
  if (step.do === 'pause') return `nobody says anything for ${step.milliseconds} ms`;
  const { client } = step;
  switch (step.do) {
    case 'connect':
      return `client ${client} connects`;
    case 'send':
      return `${client} sends ${tellPayload(step.payload)}${tellCuts(step.cuts ?? [])}`;
    case 'receive':
      return `${client} expects ${tellExpected(step.expected)}`;
    case 'await-end':
      return `${client} ${step.leaves === true ? 'ends its side (FIN) and ' : ''}${tellEnd(step)}`;
    case 'half-close':
      return step.payload === undefined
        ? `${client} ends its side (FIN)`
        : `${client} sends ${tellPayload(step.payload)} and ends its side (FIN)`;
    case 'reset':
      return `${client} resets its connection (RST)`;
    case 'pause-reading':
      return `${client} stops reading`;
    case 'resume-reading':
      return `${client} reads again`;
    case 'visit':
      return `client ${client} connects, sends ${tellPayload(step.payload)}, expects ${tellPayload(step.due)} and ends its side (FIN)`;
  }
}

function tellExpected(expected: Expected): string {
  switch (expected.kind) {
    case 'exactly':
      return tellPayload(expected.payload);
    case 'count':
      return `${countedBytes(expected.byteCount)}, whatever they are`;
    case 'some':
      return `something, at most ${countedBytes(expected.mostBytes)}`;
    case 'until':
      return `anything up to ${tellPayload(expected.mark)}`;
    case 'due':
      return expected.byteCount === undefined
        ? 'all that it is owed'
        : `the first ${countedBytes(expected.byteCount)} of what it is owed`;
  }
}

const ends = {
  fin: 'its side (FIN)',
  reset: 'the connection (RST)',
  either: 'the connection',
} as const;

function tellEnd({ by, before }: AwaitEnd): string {
  const what =
    before === 'nothing'
      ? ' and to send nothing more'
      : before === 'anything'
        ? ', whatever comes before'
        : ' and to send only what is owed before';
  return by === 'any'
    ? `reads until the server ends the connection, if it does${before === 'anything' ? '' : `, and expects it${what.replace(/^ and/u, '')}`}`
    : `expects the server to end ${ends[by]}${what}`;
}

const tellCuts = (cuts: readonly number[]): string =>
  cuts.length === 0 ? '' : `, cut at ${cuts.slice(0, 8).join(', ')}${cuts.length > 8 ? ', …' : ''}`;

const shownBytes = 24;

function tellPayload(payload: Payload): string {
  const length = byteCountOf(payload);
  const { bytes, times } = payload;
  // What is shown is made, not all that is sent: a step may stand for megabytes, in every turn.
  const enough = Math.min(times, Math.ceil(shownBytes / Math.max(1, bytes.length)));
  const head = enough === 1 ? bytes : Buffer.alloc(bytes.length * enough, bytes);
  return `${countedBytes(length)} ${quotedBytes({ head, length })}`.trimEnd();
}
