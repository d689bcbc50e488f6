import { describe, expect, test } from 'vitest';
import { Transcript } from '../../../clients/transcript.ts';
import { behaviours } from '../../behaviours/behaviours.ts';
import type { Contract } from '../../contracts/contract.ts';
import { echo } from '../../contracts/echo.ts';
import { uppercase } from '../../contracts/uppercase.ts';
import type { RunEvent, Sighting, Verdict } from '../../events/events.ts';
import { expectReply } from '../../behaviours/expect.ts';
import { Violation } from '../../behaviours/behaviour.ts';
import { diagnose } from '../diagnose.ts';
import { byteRewrites } from './byte-values.ts';
import { echoRewrites, uppercaseRewrites } from './letters.ts';
import { lineRewrites } from './lines.ts';
import { messageRewrites } from './messages.ts';
import type { Rewrite } from './rewrite.ts';
import { stringRewrites } from './strings.ts';

/** Larger messages reach a server in several reads: they are left out. */
const oneReadBytes = 900;

/** The events of a run against a server with just this mistake, played without a socket. */
function played(rewrite: Rewrite, contract: Contract): RunEvent[] {
  return behaviours.flatMap(({ id, family, given, skipWhen }): RunEvent[] => {
    if (family !== 'payload' || given?.kind !== 'conversation') return [];
    if (skipWhen?.(contract) !== undefined) return [];
    const examples = (given.examples?.() ?? []).map((one) =>
      one.map(({ bytes }) => bytes).filter(({ length }) => length <= oneReadBytes),
    );
    const first = examples.map((one) => held(one, rewrite, contract)).find(Boolean);
    const verdict: Verdict =
      first === undefined ? { kind: 'passed' } : failed(first, examples.flat(), rewrite, contract);
    return [{ type: 'behaviour-finished', id, durationMs: 1, verdict }];
  });
}

/** What the first wrong reply of a conversation shows; undefined when all are right. */
function held(
  messages: readonly Buffer[],
  { of, ends, isFinal = false }: Rewrite,
  { reply }: Contract,
): Sighting | undefined {
  const transcript = new Transcript('A', performance.now());
  transcript.add({ kind: 'connected' });
  const past: Buffer[] = [];
  let hasEnded = false;
  for (const message of messages) {
    transcript.sent(message);
    const said = isFinal ? of(message, past) : of(reply(message), past.map(reply));
    if (!hasEnded && said.length > 0) transcript.received(said);
    const heard = hasEnded ? Buffer.alloc(0) : said;
    hasEnded ||= ends?.(message) ?? false;
    if (hasEnded) transcript.add({ kind: 'fin-received', afterBytes: transcript.receivedBytes });
    try {
      const end = hasEnded && heard.length < message.length ? 'fin' : 'complete';
      const isShort = heard.length < reply(message).length;
      expectReply(
        { bytes: heard, end: isShort && end === 'complete' ? 'silence' : end, waitedMs: 200 },
        reply(message),
      );
    } catch (error) {
      if (!(error instanceof Violation)) throw error;
      if (!hasEnded) {
        transcript.add({ kind: 'fin-sent' });
        transcript.add({ kind: 'fin-received', afterBytes: transcript.receivedBytes });
      }
      return { finding: error.finding, conversation: [transcript.record()] };
    }
    past.push(message);
  }
  return undefined;
}

/** Made as small as one message, where one shows it. */
function failed(
  firstSeen: Sighting,
  messages: readonly Buffer[],
  rewrite: Rewrite,
  contract: Contract,
): Verdict {
  const alone = [...messages]
    .sort((one, other) => one.length - other.length)
    .map((message) => held([message], rewrite, contract))
    .find(Boolean);
  return {
    kind: 'failed',
    summary: 'It is wrong.',
    ...(alone ?? firstSeen),
    firstSeen,
    tally: { failed: 3, of: 3 },
    hint: '',
    again: { command: '', token: '' },
  };
}

/** What two mistakes have in common: chosen payloads alone do not tell them apart, others do. */
const alike: Readonly<Record<string, readonly string[]>> = {
  'rejects-what-is-no-utf8': ['decodes-bytes-as-utf8'],
  'raises-high-bytes': ['encodes-high-bytes-twice'],
};

const hasFailed = (events: readonly RunEvent[]): boolean =>
  events.some((event) => event.type === 'behaviour-finished' && event.verdict.kind === 'failed');

const titled = (rewrites: readonly Rewrite[]): [string, Rewrite][] =>
  rewrites.map((one) => [`${one.cause}: ${one.does}`, one]);

/** What servers of both kinds may do. */
const anywhere = [...messageRewrites, ...lineRewrites, ...byteRewrites, ...stringRewrites];

describe('a server whose replies a rewrite reproduces is found to have its mistake', () => {
  test.each(titled([...anywhere, ...echoRewrites]))('echo, %s', (_, rewrite) => {
    const events = played(rewrite, echo);

    const [first] = diagnose(events, echo);

    expect(hasFailed(events)).toBe(true);
    expect([rewrite.cause, ...(alike[rewrite.cause] ?? [])]).toContain(first?.id);
  });

  test.each(titled([...anywhere, ...uppercaseRewrites]))('uppercase, %s', (_, rewrite) => {
    const events = played(rewrite, uppercase);

    const [first] = diagnose(events, uppercase);

    // Some show in small letters alone, of which such a server sends none.
    if (!hasFailed(events)) expect(first).toBeUndefined();
    else expect([rewrite.cause, ...(alike[rewrite.cause] ?? [])]).toContain(first?.id);
  });
});

test('where every reply is right no cause is found', () => {
  const right: Rewrite = { cause: 'obeys-a-word', does: 'nothing', of: (read) => read };

  expect(diagnose(played(right, echo), echo)).toEqual([]);
});
