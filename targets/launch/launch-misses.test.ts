// Servers that are started and listen, but not where they should.
import { describe, expect, it, onTestFinished } from 'vitest';
import { launchTarget, type LaunchedTarget } from './launch.ts';
import { failure, nodeServer } from './launching.ts';
import { isListening } from '../sockets/listening.ts';
import { swapped } from './near-miss.ts';

function target(command: string): LaunchedTarget {
  const launched = launchTarget({ command });
  onTestFinished(() => launched.stop());
  return launched;
}

/** The port that a message is about. */
const portIn = (message: string): number => Number(/on port (\d+)/u.exec(message)?.[1]);

describe('a server that is started', () => {
  // The port with its bytes swapped may be somebody else's.
  it('and forgot htons() is told so', { retry: 3 }, async () => {
    const command = nodeServer(
      'const port = Number(process.env.PORT); listen(((port & 255) << 8) | (port >> 8)); // {port}\n',
    );

    const { message } = await failure(target(command).start());

    const port = portIn(message);
    expect(message).toContain(`A server listens on port ${swapped(port)}, which is ${port} with`);
    expect(message).toContain(`htons(${port})`);
  });

  it('and speaks UDP is told so', async () => {
    const command = nodeServer(
      'require("node:dgram").createSocket("udp4").bind(Number(process.env.PORT)); // {port}\n',
    );

    const { message } = await failure(target(command).start());

    expect(message).toContain(`A UDP server is on port ${portIn(message)}`);
    expect(message).toContain('SOCK_STREAM');
  });

  it('and leaves for the background is told so, and does not stay there', async () => {
    // As daemon(3) does: a child in a session of its own, whose parent ends with 0.
    const command = nodeServer(
      `if (process.env.CHILD) { setTimeout(() => listen(), 200); setTimeout(() => process.exit(), 60000); }
       else {
         require("node:child_process").spawn(process.execPath, ["-e", process.execArgv[1]], {
           detached: true, stdio: "ignore", env: { ...process.env, CHILD: "1" },
         }).unref();
       } // {port}\n`,
    );

    const { message } = await failure(target(command).start());

    expect(message).toContain('went into the background');
    const port = Number(/listened on port (\d+)/u.exec(message)?.[1]);
    expect(message).toContain(`--target localhost:${port}`);
    await expect.poll(() => isListening(port)).toBe(false);
  });
});
