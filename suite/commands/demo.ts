import { UsageError, type DefineCommand, type Surroundings } from './command.ts';

const right = 'echo';
const wrong = 'cuts-at-nul';

export const defineDemo: DefineCommand = (program, surroundings, done) => {
  program
    .command('demo')
    .description('judge a right and a wrong embedded server: nothing else is needed')
    .action(async () => done(await demo(surroundings)));
};

/** Exit status 0 when the right server conforms and the wrong one does not. */
async function demo(surroundings: Surroundings): Promise<number> {
  const [{ conduct }, { findServer }, { embeddedTarget }, { contracts }] = await Promise.all([
    import('./conduct.ts'),
    import('../../fixtures/servers/servers.ts'),
    import('../../fixtures/servers/embedded-target.ts'),
    import('../contracts/contracts.ts'),
  ]);
  const statuses: number[] = [];
  for (const name of [right, wrong]) {
    const server = findServer(name);
    const contract = contracts.find(({ id }) => id === server?.contract);
    if (server === undefined || contract === undefined) {
      throw new UsageError(`The embedded server ${name} is missing.`);
    }
    surroundings.write(`${name}: ${server.does}\n\n`);
    const again = (id: string): string =>
      `conform serve ${server.contract} --fault ${name} & conform --target 9990 --only ${id}`;
    const judged = { target: embeddedTarget(server), contract, again };
    statuses.push(await conduct(judged, [], surroundings, { takesSeed: false }));
    surroundings.write('\n');
  }
  return statuses[0] === 0 && statuses[1] === 1 ? 0 : 1;
}
