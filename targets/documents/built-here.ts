// What the tests of the documents' servers share: each is built with what this machine has.
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, onTestFinished } from 'vitest';
import { launchTarget, type LaunchedTarget } from '../launch/launch.ts';
import type { Target } from '../target.ts';
import type { DocumentCard } from './card.ts';
import { buildDocument, type BuiltDocument } from './documents.ts';
import { WireClient } from './wire-client.ts';

type Built = Extract<BuiltDocument, { readonly kind: 'built' }>;

/** A server that this machine could build, or the reason why its tests are skipped. */
export class BuiltHere {
  readonly id: string;
  /** Empty when it was built: stands in the names of the tests that are skipped for it. */
  readonly missing: string;
  readonly #built: BuiltDocument;

  constructor({ id }: DocumentCard, built: BuiltDocument) {
    this.id = id;
    this.#built = built;
    this.missing = built.kind === 'built' ? '' : ` (${built.reason})`;
  }

  get built(): Built {
    if (this.#built.kind === 'built') return this.#built;
    throw new Error(this.#built.reason);
  }

  /** Launches it, or `command`, on a free port until the test ends. */
  async start(command = this.built.command): Promise<LaunchedTarget> {
    const target = launchTarget({ command });
    onTestFinished(() => target.stop());
    await target.start();
    return target;
  }

  /** Launches it with a port that `holder` has taken already. */
  onPortOf(holder: Target, readyTimeoutMs = 10_000): LaunchedTarget {
    const taken = this.built.command.replace('{port}', String(holder.address.port));
    // The parameter behind it is looked at by no server: a launch needs to know of some port.
    const second = launchTarget({ command: `${taken} {port}`, readyTimeoutMs });
    onTestFinished(() => second.stop());
    return second;
  }

  /** Launches it with no more than `count` descriptors. */
  startWithDescriptors(count: number): Promise<LaunchedTarget> {
    const { program, command } = this.built;
    const parameters = command.slice(program.length);
    return this.start(`sh -c 'ulimit -n ${count}; exec "$0" "$@"' ${program}${parameters}`);
  }
}

/** To be awaited at the head of a test file, so that whole groups can be skipped by name. */
export async function builtHere(card: DocumentCard): Promise<BuiltHere> {
  const outDir = await mkdtemp(join(tmpdir(), 'documents-'));
  afterAll(() => rm(outDir, { recursive: true, force: true }));
  return new BuiltHere(card, await buildDocument(card, outDir));
}

/** A client until the test ends. */
export function client({ address }: Target): WireClient {
  const opened = new WireClient(address);
  onTestFinished(() => void opened.socket.destroy());
  return opened;
}

/** Sends much, and resets before any of the replies is read. */
export async function leaveUnread({ address }: Target): Promise<void> {
  const socket = connect({ ...address, noDelay: true });
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  socket.write(Buffer.alloc(60_000, 'x'), () => void socket.resetAndDestroy());
  await once(socket, 'close');
}

/** Whether SIGPIPE ends the server sooner or later, when clients leave with replies unread. */
export async function diesOfSigpipe(server: BuiltHere): Promise<boolean> {
  for (let tries = 0; tries < 30; tries += 1) {
    const target = await server.start();
    for (let clients = 0; clients < 5; clients += 1) {
      await leaveUnread(target).catch(() => undefined);
    }
    const dead = await expect
      .poll(() => target.health(), { timeout: 300 })
      .toMatchObject({ kind: 'exited', signal: 'SIGPIPE' })
      .then(
        () => true,
        () => false,
      );
    await target.stop();
    if (dead) return true;
  }
  return false;
}
