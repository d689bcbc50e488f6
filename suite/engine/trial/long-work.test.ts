// A server that works ever longer on what is longer: it is not silent, and is asked for less.
import { expect, onTestFinished, test } from 'vitest';
import { launchTarget } from '../../../targets/launch/launch.ts';
import { behaviours } from '../../behaviours/behaviours.ts';
import { echo } from '../../contracts/echo.ts';
import { run } from '../run.ts';

/** Answers lines, and works on each for a time that grows with the square of its length, until its client has gone. */
const server = `
  require('net').createServer((socket) => {
    let text = '';
    socket.setEncoding('latin1').on('error', () => {}).on('data', (read) => {
      text += read;
      const end = text.lastIndexOf('\\n') + 1;
      if (end === 0) return;
      const line = text.slice(0, end);
      text = text.slice(end);
      const untilMs = performance.now() + (line.length / 65536) ** 2;
      const work = () => {
        const sliceMs = performance.now() + 4;
        while (performance.now() < Math.min(sliceMs, untilMs));
        if (socket.destroyed) return;
        if (performance.now() < untilMs) setImmediate(work);
        else socket.write(line, 'latin1');
      };
      work();
    });
  }).listen(process.argv[1], '127.0.0.1')`;

test('what takes it longer than anybody waits is asked for once more, and smaller', async () => {
  const target = launchTarget({ command: `${process.execPath} -e "${server}" {port}` });
  onTestFinished(() => target.stop());
  const ids: readonly string[] = ['stream/replies-at-once', 'payload/megabytes'];
  const verdicts = new Map<string, unknown>();

  for await (const event of run({
    ...{ target, contract: echo, seed: 3 },
    behaviours: behaviours.filter(({ id }) => ids.includes(id)),
  })) {
    if (event.type === 'behaviour-finished') verdicts.set(event.id, event.verdict);
  }

  expect(verdicts.get('stream/replies-at-once')).toMatchObject({ kind: 'failed' });
  expect(verdicts.get('payload/megabytes')).toMatchObject({
    kind: 'passed',
    note: expect.stringMatching(/^with \d+ bytes, not 8388608/u) as string,
  });
}, 60_000);
