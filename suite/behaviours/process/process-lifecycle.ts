// How a server that we started stops, starts again, and bears a second one beside it.
import { behaviour, Untested, Violation, type SecondInstance } from '../behaviour.ts';
import { everyKind } from './process-wear.ts';

/** How long a server may take to stop, in milliseconds; some tidy up. */
const stoppingMs = 2000;
/** One that waits for its clients is not waited for. */
const waitingForClientsMs = 400;
/** How long a second instance may take to find that its port is taken, in milliseconds. */
const secondMs = 2500;

/** What all of these have in common. */
const startAndStop = {
  level: 'should',
  manner: 'rough',
  clients: 'one',
  needs: ['accept/accepts'],
  about: everyKind,
  uses: ['lifecycle'],
  finds: ['other'],
} as const;

export const processLifecycle = [
  behaviour({
    ...startAndStop,
    id: 'process/fails-clearly-when-the-port-is-taken',
    requirement: 'A second instance, whose port is taken, exits with a status other than 0.',
    reference: 'bind(2), EADDRINUSE; exit(3): 0 is success',
    hint: 'The result of bind() or listen() is not checked, or exit(0) follows its error.',

    async check({ contract, processes }) {
      // One that has served its client may have given its port back.
      if (contract.serves === 'one') await processes.renew();
      const second = await processes.lifecycle?.startSecond(secondMs);
      if (second === undefined) throw new Untested('no second instance could be started');
      if (second.isSharing === true) {
        throw new Untested(
          'a second instance shares the port (SO_REUSEPORT), which is never taken',
        );
      }
      const { exit } = second;
      if (exit === undefined) throw livesOn(second);
      if (exit.exitCode === 0 && second.isWrapped === true) {
        throw new Untested(
          'the command starts the server as a process of its own and ended with status 0, which tells nothing of the server’s own status (in a shell, write exec before the server)',
        );
      }
      if (exit.exitCode === 0) {
        throw new Violation('A second instance on its port exited with 0, as after a success.', {
          kind: 'other',
          expected: 'an exit status other than 0',
          observed: 'exit status 0',
        });
      }
      return exit.signal === null ? undefined : `the second instance ended by ${exit.signal}`;
    },
  }),

  behaviour({
    ...startAndStop,
    id: 'process/stops-on-sigterm',
    leavesFresh: true,
    skipWhen: ({ serves }) => (serves === 'one' ? 'it ends by itself after its client' : undefined),
    requirement: 'The server ends when it is sent SIGTERM and has no client.',
    reference: 'signal(7): SIGTERM terminates; it is what kill(1) and service managers send',
    hint: 'SIGTERM is ignored or caught and nothing ends the loop then, or the processes that the server started ignore it.',

    async check({ processes: { lifecycle } }) {
      const exit = await lifecycle?.terminate(stoppingMs);
      if (lifecycle !== undefined && exit === undefined) {
        throw new Violation(`It still ran ${stoppingMs / 1000} s after SIGTERM.`, {
          kind: 'other',
          expected: 'that it ends',
          observed: 'it goes on, and only SIGKILL ends it',
        });
      }
      const { leftBehind = 0 } = exit ?? {};
      if (leftBehind > 0) {
        const those =
          leftBehind === 1
            ? 'a process that it had started'
            : `${leftBehind} processes that it had started`;
        throw new Violation(`The server ended at SIGTERM, but ${those} did not.`, {
          kind: 'other',
          expected: 'that it ends, with all that it started',
          observed: `${leftBehind} left behind ${stoppingMs / 1000} s after SIGTERM`,
        });
      }
    },
  }),

  behaviour({
    ...startAndStop,
    id: 'process/restarts-on-the-same-port',
    requirement:
      'The server can be started again at once while a connection of the last one lingers.',
    reference: 'socket(7), SO_REUSEADDR; RFC 9293, 3.6.1 (TIME-WAIT)',
    hint: 'SO_REUSEADDR is not set before bind(), so its port is taken for a minute after it stopped.',

    async check({ connect, contract, letters, processes: { lifecycle } }) {
      if (lifecycle === undefined) return undefined;
      if (!lifecycle.isDown) {
        const client = await connect();
        if (contract.replies === 'by-byte' || contract.replies === 'by-read') {
          // Answered, so that nothing unread makes its kernel reset the connection.
          await client.send(letters(6));
          await client.receiveSome();
        }
        // The side that ends first keeps the connection in TIME_WAIT: that is the server, when it is
        // stopped before its client leaves.
        const exit = await lifecycle.terminate(waitingForClientsMs);
        // One that still waits for it is ended the hard way, with its client there.
        if (exit !== undefined && exit.leftBehind === undefined) client.destroy();
      }

      const restarted = await lifecycle.startOnSamePort();

      if (restarted.kind === 'failed') {
        throw new Violation('It could not be started again on the port that it had just had.', {
          kind: 'other',
          expected: 'that it listens again',
          observed: restarted.reason,
        });
      }
      return restarted.lingered === false ? 'no connection of the last one lingered' : undefined;
    },
  }),
];

function livesOn({
  isStorm,
  mostProcesses,
  mostThreads = 0,
  listensOn,
}: SecondInstance): Violation {
  if (listensOn !== undefined && isStorm !== true) {
    return new Violation(
      'A second instance on its port did not exit: it listens on another port that nobody has named.',
      {
        kind: 'other',
        expected: 'an exit status other than 0',
        observed: `it went on, and listens on port ${listensOn}`,
      },
    );
  }
  return isStorm === true
    ? new Violation(
        'A second instance on its port kept starting processes or threads, and was stopped.',
        {
          kind: 'other',
          expected: 'an exit status other than 0',
          observed: `${mostProcesses} processes and ${mostThreads} threads at once, when it was stopped`,
        },
      )
    : new Violation('A second instance on its port neither listened nor exited.', {
        kind: 'other',
        expected: 'an exit status other than 0',
        observed: 'it went on without a port of its own',
      });
}
