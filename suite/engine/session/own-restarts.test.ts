// What starts slowly is not stopped and started again where no time is left for it.
import { expect, onTestFinished, test } from 'vitest';
import { launchTarget } from '../../../targets/launch/launch.ts';
import { behaviours } from '../../behaviours/behaviours.ts';
import { echo } from '../../contracts/echo.ts';
import { run } from '../run.ts';
import { summarise } from '../../events/report.ts';
import type { RunEvent } from '../../events/events.ts';

/** An echo that begins to listen after so many milliseconds. */
const late = (afterMs: number): string => `${process.execPath} -e "
  const server = require('net').createServer({ allowHalfOpen: true }, (one) => {
    one.on('error', () => undefined).pipe(one);
  });
  setTimeout(() => server.listen(process.argv[1], '127.0.0.1'), ${afterMs});
" {port}`;

test('a slow starter is said to be one, and is not started again without time', async () => {
  const target = launchTarget({ command: late(3200) });
  onTestFinished(() => target.stop());
  const ids = ['stops-on-sigterm', 'restarts-on-the-same-port'].map((one) => `process/${one}`);
  const chosen = behaviours.filter(({ id }) => ids.includes(id));
  const events: RunEvent[] = [];

  for await (const event of run({ target, contract: echo, behaviours: chosen, limitMs: 5000 })) {
    events.push(event);
  }

  const { notices, behaviours: judged } = summarise(events);
  expect(notices.join(' ')).toMatch(/^The server took \d\.\d s to listen\. The limit of the run/u);
  expect(judged.map(({ verdict }) => verdict)).toEqual(
    ids.map(() => ({
      kind: 'skipped',
      reason: expect.stringMatching(
        /^could not be tested: each start takes \d\.\d s, and too little time is left/u,
      ) as string,
      untested: true,
    })),
  );
}, 30_000);
