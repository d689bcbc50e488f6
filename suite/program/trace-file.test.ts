// CONFORM_TRACE: the built program, a real server, a real signal.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findServer } from '../../fixtures/servers/servers.ts';
import type { TraceEvent } from './trace-events.ts';

const program = new URL('../../dist/suite/cli.js', import.meta.url).pathname;
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'trace-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function traced(file: string): readonly TraceEvent[] {
  const trace = JSON.parse(readFileSync(file, 'utf8')) as { traceEvents: readonly TraceEvent[] };
  return trace.traceEvents.filter(({ ph }) => ph === 'X');
}

const conform = (words: readonly string[], file: string) =>
  execa(process.execPath, [program, ...words], {
    env: { CONFORM_TRACE: file },
    reject: false,
  });

test('a trace shows starts, behaviours, attempts and waits in vain', async () => {
  const file = join(folder, 'new', 'trace.json');
  // What is launched here is conform too: it must not write a trace over ours.
  const serve = `${process.execPath} ${program} serve echo --fault never-closes --port {port}`;
  const chosen = ['-c', 'echo', '--only', 'half-close/closes-too', '-r', 'badge'];

  const { exitCode } = await conform(['--launch', serve, ...chosen], file);

  expect(exitCode).toBe(1);
  const spans = traced(file);
  const named = (cat: string): string[] =>
    spans.filter((span) => span.cat === cat).map(({ name }) => name);
  expect(named('start')).toContain(serve);
  expect(named('behaviour')).toContain('half-close/closes-too');
  // The first, and two that confirm it.
  const tries = named('attempt').filter((name) => name === 'half-close/closes-too');
  expect(tries).toHaveLength(3);
  expect(named('wait')).toContain('no fin');
});

test('a trace shows the experiments that look for a law', async () => {
  const file = join(folder, 'experiments.json');
  const serve = `${process.execPath} ${program} serve echo --fault cuts-at-nul --port {port}`;

  await conform(['--launch', serve, '-c', 'echo', '--only', 'payload/nul-bytes', '--quiet'], file);

  const held = traced(file).filter(({ cat }) => cat === 'experiment');
  expect(held.map(({ name }) => name)).toContain('payload/nul-bytes again');
});

test('a run that is stopped leaves a whole trace, with what was under way', async () => {
  const running = await findServer('serves-one-at-a-time')?.listen();
  if (running === undefined) throw new Error('There is no embedded server serves-one-at-a-time.');
  const file = join(folder, 'trace.json');
  const child = conform(['-t', `127.0.0.1:${running.port}`, '-c', 'echo', '-r', 'ndjson'], file);
  try {
    // A behaviour is under way from here on, and nothing ends it within a moment.
    for await (const line of child.iterable()) {
      if (line.includes('behaviour-started')) break;
    }
    child.kill('SIGINT');
    child.kill('SIGTERM');
    await child;

    expect(traced(file).map(({ cat }) => cat)).toContain('behaviour');
  } finally {
    await running.stop();
  }
});

test('a trace that cannot be written is told before the run', async () => {
  const { exitCode, stderr } = await conform(['-t', '127.0.0.1:1'], folder);

  expect(exitCode).toBe(2);
  expect(stderr).toContain('CONFORM_TRACE');
});
