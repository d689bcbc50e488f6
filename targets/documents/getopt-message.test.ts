// The wire facts of the getopt servers: a rebuild that mends a defect fails here.
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { splitCommand } from '../launch/command/command-line.ts';
import { builtHere, client } from '../../fixtures/support/built-here.ts';
import { cGetoptMessageFork } from './c-getopt-message-fork/card.ts';
import { cGetoptMessage } from './c-getopt-message/card.ts';
import { zombiesOf } from '../../fixtures/support/left-behind.ts';

const iterative = await builtHere(cGetoptMessage);
const forking = await builtHere(cGetoptMessageFork);

const message = 'This is the server speaking.\n';

describe.each([iterative, forking])('$id$missing', (server) => {
  describe.skipIf(server.missing !== '')('on the wire', () => {
    it('answers whatever is said with its message, then closes', async () => {
      const target = await server.start();
      for (const said of ['hello', '\0', 'x'.repeat(1024)]) {
        const one = client(target);

        one.socket.write(said);

        expect(await one.ended()).toBe('fin');
        expect(one.received.toString()).toBe(message);
      }
    });

    it('resets when more was said than it reads', async () => {
      const one = client(await server.start());

      one.socket.write('x'.repeat(5000));

      expect(await one.ended()).toBe('reset');
    });

    it('says nothing to a client that said nothing, and closes', async () => {
      const one = client(await server.start());

      one.socket.end();

      expect(await one.ended()).toBe('fin');
      expect(one.received.length).toBe(0);
    });

    it('serves the next client', async () => {
      const target = await server.start();
      const quiet = client(target);
      quiet.socket.end();
      await quiet.ended();

      expect((await client(target).exchange('hello', message.length)).toString()).toBe(message);
    });
  });

  describe.skipIf(server.missing !== '')('on the command line', () => {
    it.each([[], ['-h'], ['--unknown']])(
      'shows its usage and exits with 0: %j',
      async (...words) => {
        const [program] = splitCommand(server.built.program);

        // Any other exit status would reject.
        const { stdout } = await promisify(execFile)(program, words);

        expect(stdout).toMatch(/^usage: /u);
      },
    );

    it('takes --port too', async () => {
      const target = await server.start(`${server.built.program} --port {port}`);

      expect((await client(target).exchange('hello', message.length)).toString()).toBe(message);
    });

    it('exits with 254 when the port is taken', async () => {
      const second = server.onPortOf(await server.start());

      await expect(second.start()).rejects.toThrow('The server exited with code 254 before');
    });
  });
});

describe.skipIf(iterative.missing !== '')(`${iterative.id}${iterative.missing}`, () => {
  it('serves nobody while a client says nothing', async () => {
    const target = await iterative.start();
    const quiet = client(target);
    await once(quiet.socket, 'connect');
    const second = client(target);
    await once(second.socket, 'connect');
    second.socket.write('hello');

    // Both are handled in turn, so the second one's message proves that it had to wait.
    quiet.socket.write('at last');
    await quiet.ended();

    expect(await second.ended()).toBe('fin');
    expect(second.received.toString()).toBe(message);
  });
});

describe.skipIf(forking.missing !== '')(`${forking.id}${forking.missing}`, () => {
  it('serves others while a client says nothing', async () => {
    const target = await forking.start();
    await once(client(target).socket, 'connect');

    expect((await client(target).exchange('hello', message.length)).toString()).toBe(message);
  });

  it('leaves a zombie for each client', async () => {
    const target = await forking.start();
    for (let count = 0; count < 3; count += 1) {
      const one = client(target);
      one.socket.write('hello');
      await one.ended();
    }

    await expect.poll(() => zombiesOf(target)).toBe(3);
  });

  it('is left with a child that turns round and round, when a client said nothing', async () => {
    const target = await forking.start();
    const quiet = client(target);
    quiet.socket.end();
    await quiet.ended();

    // A child that waited would use next to nothing, however long one looks.
    const spent = async (): Promise<number> => {
      const snapshot = await target.snapshot();
      return snapshot.kind === 'seen' && snapshot.processes === 2 ? snapshot.cpuMs : 0;
    };
    await expect.poll(spent, { timeout: 20_000 }).toBeGreaterThan(300);
  });
});
