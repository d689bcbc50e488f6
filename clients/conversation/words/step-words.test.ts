import { expect, it } from 'vitest';
import { payloadOf, type SingleStep } from '../conversation.ts';
import { tellStep } from './step-words.ts';

const client = 'A';
const abc = payloadOf('abc');
const received = (expected: Extract<SingleStep, { do: 'receive' }>['expected']): SingleStep => ({
  ...{ do: 'receive', client, expected },
});

it.each<[string, SingleStep]>([
  ['nobody says anything for 20 ms', { do: 'pause', milliseconds: 20 }],
  ['client A connects', { do: 'connect', client }],
  ['A sends 3 bytes 61 62 63 (“abc”)', { do: 'send', client, payload: abc }],
  ['A sends 1 byte 00', { do: 'send', client, payload: payloadOf('\0') }],
  [
    'A sends 6 bytes 61 62 63 61 62 63 (“abcabc”), cut at 1, 4',
    { do: 'send', client, payload: { ...abc, times: 2 }, cuts: [1, 4] },
  ],
  [
    `A sends 3000000 bytes ${'61 62 63 '.repeat(8)}… (“${'abc'.repeat(8)} …”)`,
    { do: 'send', client, payload: { ...abc, times: 1_000_000 } },
  ],
  ['A expects 3 bytes 61 62 63 (“abc”)', received({ kind: 'exactly', payload: abc })],
  ['A expects 1 byte, whatever they are', received({ kind: 'count', byteCount: 1 })],
  ['A expects something, at most 9 bytes', received({ kind: 'some', mostBytes: 9 })],
  [
    'A expects anything up to 3 bytes 61 62 63 (“abc”)',
    received({ kind: 'until', mark: abc, withinBytes: 9 }),
  ],
  ['A expects all that it is owed', received({ kind: 'due' })],
  ['A expects the first 7 bytes of what it is owed', received({ kind: 'due', byteCount: 7 })],
  ['A ends its side (FIN)', { do: 'half-close', client }],
  [
    'A sends 3 bytes 61 62 63 (“abc”) and ends its side (FIN)',
    { do: 'half-close', client, payload: abc },
  ],
  [
    'A expects the server to end its side (FIN) and to send nothing more',
    { do: 'await-end', client, by: 'fin', before: 'nothing' },
  ],
  [
    'A expects the server to end the connection (RST), whatever comes before',
    { do: 'await-end', client, by: 'reset', before: 'anything' },
  ],
  [
    'A ends its side (FIN) and expects the server to end the connection and to send only what is owed before',
    { do: 'await-end', client, by: 'either', before: { kind: 'due' }, leaves: true },
  ],
  [
    'A reads until the server ends the connection, if it does',
    { do: 'await-end', client, by: 'any', before: 'anything' },
  ],
  [
    'A reads until the server ends the connection, if it does, and expects it to send only what is owed before',
    { do: 'await-end', client, by: 'any', before: { kind: 'due' } },
  ],
  ['A resets its connection (RST)', { do: 'reset', client }],
  ['A stops reading', { do: 'pause-reading', client }],
  ['A reads again', { do: 'resume-reading', client }],
  [
    'client A connects, sends 3 bytes 61 62 63 (“abc”), expects 1 byte 41 (“A”) and ends its side (FIN)',
    { do: 'visit', client, payload: abc, due: payloadOf('A') },
  ],
])('%s', (words, step) => {
  expect(tellStep(step)).toBe(words);
});
