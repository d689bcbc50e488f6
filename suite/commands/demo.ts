import { endedInTime } from '../program/ended-in-time.ts';
import type { RunEvent } from '../events/events.ts';
import { UsageError, type DefineCommand, type Surroundings } from './command.ts';

const right = 'echo';
const wrong = 'cuts-at-nul';

export const defineDemo: DefineCommand = (program, surroundings, done) => {
  program
    .command('demo')
    .description('test a correct and a faulty built-in server')
    .action(async () => done(await demo(surroundings)));
};

/** Exit status 0 when the right server conforms and the wrong one does not. */
async function demo(surroundings: Surroundings): Promise<number> {
  const [{ tell }, { run }, { findServer }, { embeddedTarget }, { contracts }] = await Promise.all([
    import('./conduct.ts'),
    import('../engine/run.ts'),
    import('../../fixtures/servers/servers.ts'),
    import('../../fixtures/servers/embedded-target.ts'),
    import('../contracts/contracts.ts'),
  ]);
  const statuses: number[] = [];
  for (const name of [right, wrong]) {
    const server = findServer(name);
    const contract = contracts.find(({ id }) => id === server?.contract);
    if (server === undefined || contract === undefined) {
      throw new UsageError(`The built-in server ${name} is missing.`);
    }
    surroundings.write(`${name}: ${server.does}\n\n`);
    const launch = `npx conform --launch 'npx conform serve ${server.contract} --fault ${name} --port {port}'`;
    const again = (ids: readonly string[]): string =>
      [launch, ...ids.map((id) => `--only ${id}`)].join(' ');
    const { signal } = surroundings;
    const judging = run({ target: embeddedTarget(server), contract, again, signal });
    const told = withoutTokens(endedInTime(judging, signal));
    statuses.push(await tell(told, [], surroundings, { takesSeed: false }));
    surroundings.write('\n');
  }
  return statuses[0] === 0 && statuses[1] === 1 ? 0 : 1;
}

/** A token is replayed on a server that runs, and this one is gone by then: its command starts another. */
async function* withoutTokens(
  events: AsyncIterable<RunEvent>,
): AsyncGenerator<RunEvent, void, undefined> {
  for await (const event of events) {
    if (event.type !== 'behaviour-finished' || event.verdict.kind !== 'failed') yield event;
    else {
      const { verdict } = event;
      yield { ...event, verdict: { ...verdict, again: { ...verdict.again, token: '' } } };
    }
  }
}
