// Capture files as Wireshark's own reader sees them.
import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { failureOf } from '../../../fixtures/servers/failure-of.ts';
import type { TranscriptRecord } from '../../../clients/transcript.ts';
import { contracts } from '../../contracts/contracts.ts';
import { echo } from '../../contracts/echo.ts';
import type { Failed } from '../../events/events.ts';
import { captureFile } from './capture.ts';
import { Captures, CapturesUnavailable } from './captures.ts';
import { SentBytes } from '../sent-bytes.ts';

const hasTshark = spawnSync('tshark', ['--version']).status === 0;
const isRequired = process.env['CONFORM_REQUIRE_TSHARK'] === '1';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'conform-pcap-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function tshark(file: string, ...words: readonly string[]): Promise<string> {
  const checks = ['-o', 'tcp.check_checksum:TRUE', '-o', 'ip.check_checksum:TRUE'];
  const { stdout } = await execa('tshark', ['-r', file, ...checks, ...words]);
  return stdout;
}

async function captured(server: string, id: string): Promise<string> {
  const { events } = await failureOf(server, id);
  const captures = new Captures(folder, contracts);
  for (const event of events) captures.onEvent(event);
  expect(captures.outcome).toContain('1 failing conversation is in');
  return join(folder, `${id.replace('/', '.')}.pcapng`);
}

const nothingFound = { finding: { kind: 'died', exitCode: null, signal: null } } as const;

function failed(conversation: readonly TranscriptRecord[]): Failed {
  return {
    ...nothingFound,
    kind: 'failed',
    summary: 'The server is gone.',
    conversation,
    tally: { failed: 1, of: 1 },
    hint: '',
    again: { command: '', token: '' },
  };
}

async function written(
  conversation: readonly TranscriptRecord[],
  address: string,
): Promise<string> {
  const file = captureFile({
    behaviour: 'own/one',
    requirement: 'It stays.',
    verdict: failed(conversation),
    address,
    startedAt: '2026-01-02T03:04:05.000Z',
    version: '1.2.3',
    sent: new SentBytes({ contract: echo, seed: 1, given: undefined }),
  });
  if (file === undefined) throw new TypeError('No capture was made.');
  const path = join(folder, 'own.pcapng');
  await writeFile(path, file);
  return path;
}

test('tshark is there where it must be', () => {
  expect(hasTshark || !isRequired).toBe(true);
});

describe.skipIf(!hasTshark)('a capture, read by tshark,', { timeout: 120_000 }, () => {
  test.for<[string, string]>([
    ['cuts-at-nul', 'payload/nul-bytes'],
    ['broadcasts', 'concurrency/no-byte-crosses-over'],
    ['resets-after-the-fin', 'half-close/ends-with-fin-not-reset'],
    ['truncates-above-4096', 'payload/every-size'],
  ])('of %s at %s has nothing wrong in it', async ([server, id]) => {
    const file = await captured(server, id);

    const expert = await tshark(file, '-q', '-z', 'expert');
    const comments = await tshark(file, '-T', 'fields', '-e', 'frame.comment');

    expect(expert).not.toMatch(
      /Errors|Malformed|checksum|not captured|out-of-order|retransmission/i,
    );
    expect(comments).toContain(`goes wrong (${id})`);
  });

  test('gives the bytes of the conversation back', async () => {
    const file = await captured('shows-old-bytes', 'payload/forgets-earlier-messages');

    const stream = await tshark(file, '-q', '-z', 'follow,tcp,hex,0');

    expect(stream).toMatch(/00000000 +62 62/);
  });

  test('speaks of IPv6, of what was cut off and of what was left out', async () => {
    const file = await written(
      [
        {
          client: 'A',
          sentBytes: 9000,
          receivedBytes: 5000,
          entries: [
            { atMicros: 10, kind: 'connected' },
            { atMicros: 20, kind: 'sent', bytes: { hex: '6161', offset: 0, length: 4000 } },
            { atMicros: 30, kind: 'omitted', entries: 3 },
            { atMicros: 40, kind: 'received', bytes: { hex: '6161', offset: 0, length: 3000 } },
            { atMicros: 50, kind: 'reset-received', afterBytes: 5000 },
          ],
        },
      ],
      '[::1]:9990',
    );

    const expert = await tshark(file, '-q', '-z', 'expert');
    const fields = await tshark(
      file,
      ...['ipv6.src', 'tcp.len'].flatMap((one) => ['-e', one]),
      ...['-T', 'fields'],
    );

    expect(expert).not.toMatch(/Malformed|checksum|not captured|out-of-order|retransmission/i);
    expect(expert).toContain('3 entries of the record were left out');
    const rows = fields.split('\n').map((row) => row.split('\t'));
    expect(rows.every(([source]) => source === '::1')).toBe(true);
    expect(rows.reduce((sum, [, length]) => sum + Number(length), 0)).toBe(14_000);
  });
});

describe('the capture files of a run', () => {
  test('say in their head that they are synthetic', async () => {
    const file = await written(
      [
        {
          client: 'A',
          sentBytes: 0,
          receivedBytes: 0,
          entries: [{ atMicros: 1, kind: 'connected' }],
        },
      ],
      '127.0.0.1:9990',
    );

    expect((await readFile(file)).toString('latin1')).toContain(
      'Synthetic: made from the transcript',
    );
  });

  test('of an earlier run go when the behaviour is judged anew; others stay', async () => {
    await writeFile(join(folder, 'own.one.pcapng'), 'old');
    await writeFile(join(folder, 'notes.pcapng'), 'mine');
    const captures = new Captures(folder, contracts);

    captures.onEvent({
      type: 'planned',
      behaviours: [
        { id: 'own/one', family: 'own', level: 'must', requirement: 'It is.', reference: 'here' },
      ],
    });

    expect(await readdir(folder)).toEqual(['notes.pcapng']);
    expect(captures.outcome).toBeUndefined();
  });

  test('cannot be written where a file stands in the way', async () => {
    await writeFile(join(folder, 'taken'), '');

    expect(() => new Captures(join(folder, 'taken'), contracts)).toThrow(CapturesUnavailable);
  });
});
