import { describe, expect, it } from 'vitest';
import { Transcript, type TranscriptEntry, type TranscriptRecord } from '../../transcript.ts';
import { tellRecords } from './record-words.ts';

const echo = (request: Buffer): Buffer => request;
const uppercase = (request: Buffer): Buffer =>
  Buffer.from(request.toString('latin1').toUpperCase(), 'latin1');

const always = { failed: 3, of: 3 };

type Step = (transcript: Transcript) => void;

const sent =
  (bytes: string): Step =>
  (one) =>
    one.sent(Buffer.from(bytes, 'latin1'));
const received =
  (bytes: string): Step =>
  (one) =>
    one.received(Buffer.from(bytes, 'latin1'));
const happened =
  (kind: 'connected' | 'fin-sent' | 'reset-sent' | 'reading-paused'): Step =>
  (one) =>
    one.add({ kind });
const fin: Step = (one) => one.add({ kind: 'fin-received', afterBytes: one.receivedBytes });
const silence: Step = (one) => one.add({ kind: 'silence', waitedMs: 2000, awaited: 'reply' });

function record(client: string, ...steps: Step[]): TranscriptRecord {
  const transcript = new Transcript(client, performance.now());
  for (const step of steps) step(transcript);
  return transcript.record();
}

describe('a failing conversation in words', () => {
  it('tells what was sent, what was expected, what came, and how it ended', () => {
    const conversation = [
      record('A', happened('connected'), sent('a\0b'), happened('fin-sent'), received('a'), fin),
    ];

    expect(tellRecords(conversation, echo, always)).toEqual([
      'client A connects, sends 61 00 62, expects 3 bytes, ends its side (FIN), receives 61 (“a”), then nothing until end-of-file',
    ]);
  });

  it('tells a turn a line, and the reply where another is expected than the message', () => {
    const conversation = [
      record('A', happened('connected'), sent('a'), received('A'), sent('bc'), silence),
    ];

    expect(tellRecords(conversation, uppercase, always)).toEqual([
      'client A connects, sends 61 (“a”), expects 41, receives 41 (“A”)',
      'client A sends 62 63 (“bc”), expects 42 43, receives nothing for 2.0 s',
    ]);
  });

  it('tells an end that the client did not bring about from one that it did', () => {
    const conversation = [record('A', happened('connected'), sent('x'), fin)];

    expect(tellRecords(conversation, echo, always)).toEqual([
      'client A connects, sends 78 (“x”), expects 1 byte, sees the server end the connection (FIN)',
    ]);
  });

  it('tells several clients as they took their turns', () => {
    const [a, b] = [new Transcript('A', 0), new Transcript('B', 0)];
    const act: [Transcript, Step][] = [
      [a, happened('connected')],
      [b, happened('connected')],
      [b, sent('b')],
      [a, sent('a')],
      [a, received('b')],
      [b, happened('reset-sent')],
    ];
    // Stamps a microsecond apart, so that the order is the one above.
    const entries = new Map<Transcript, TranscriptEntry[]>([
      [a, []],
      [b, []],
    ]);
    act.forEach(([transcript, step], index) => {
      step(transcript);
      const entry = transcript.record().entries.at(-1);
      if (entry !== undefined) entries.get(transcript)?.push({ ...entry, atMicros: index });
    });
    const conversation = [a, b].map((one) => ({
      ...one.record(),
      entries: entries.get(one) ?? [],
    }));

    expect(tellRecords(conversation, echo, always)).toEqual([
      'client A connects',
      'client B connects, sends 62 (“b”), expects 1 byte',
      'client A sends 61 (“a”), expects 1 byte, receives 62 (“b”)',
      'client B resets its connection (RST)',
    ]);
  });

  it('says in how many segments a message went out, and shows the beginning of what is long', () => {
    const long = 'b'.repeat(1025);
    const conversation = [record('A', sent('ab'), sent('cd'), received(long))];

    expect(tellRecords(conversation, echo, always)).toEqual([
      `client A sends 61 62 63 64 (“abcd”) in 2 segments, expects 4 bytes, receives 1025 bytes ${'62 '.repeat(23)}62 … (“${'b'.repeat(24)} …”)`,
    ]);
  });

  it('calls what does not fail each time a race, or chance', () => {
    const conversation = [record('A', happened('connected'))];

    expect(tellRecords(conversation, echo, { failed: 3, of: 20 }).at(-1)).toBe(
      'run 20 times, it failed 3 times, so it depends on timing or chance: the same bytes do not always fail',
    );
  });

  it('leaves out the middle of a long story', () => {
    const steps = Array.from({ length: 30 }, () => [sent('x'), received('x')]).flat();

    const told = tellRecords([record('A', ...steps)], echo, always);

    expect(told).toHaveLength(19);
    expect(told[6]).toBe('… 12 more turns of the same kind …');
  });

  it('tells nothing of a conversation that left no record', () => {
    expect(tellRecords([], echo, always)).toEqual([]);
  });
});
