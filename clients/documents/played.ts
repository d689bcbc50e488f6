// What the tests of the documents' clients share: one client played to its end, and what it did.
import type { Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { connect } from '../connection.ts';
import { Deadlines } from '../deadline.ts';
import { serve } from '../loopback.ts';
import type { DocumentClient, Parting, Seat } from './client.ts';
import { Typed } from './typed.ts';

export interface Played {
  readonly parting: Parting;
  /** What it showed, read by read, as Latin-1. */
  readonly shown: readonly string[];
}

/** Plays `client` against a server that listens, with `lines` typed at it. */
export async function play(
  client: DocumentClient,
  address: { readonly host: string; readonly port: number },
  lines: readonly string[] = [],
  seat: Partial<Seat> = {},
): Promise<Played> {
  const shown: string[] = [];
  const { patienceMs = 10_000 } = seat;
  const deadlines = new Deadlines({ generousMs: patienceMs });
  const connection = await connect({ ...address, deadlines });
  onTestFinished(() => connection.destroy());
  const parting = await client.play({
    connection,
    typed: Typed.lines(lines),
    show: (bytes) => void shown.push(bytes.toString('latin1')),
    patienceMs,
    rounds: 3,
    intervalMs: 1,
    signal: new AbortController().signal,
    ...seat,
  });
  await connection.close();
  return { parting, shown };
}

/** All that one client did to a server, in order; `FIN` and `RST` stand for its end. */
export interface Recorded {
  readonly address: { readonly host: string; readonly port: number };
  /** What it sent altogether, as soon as it has ended. */
  readonly heard: Promise<Buffer>;
  /** How it ended. */
  readonly ended: Promise<'FIN' | 'RST'>;
}

/**
 * A server that takes one client and keeps every byte.
 * @param reply what it says to the bytes so far of a message, or nothing to wait for more
 * @param greeting what it says first
 */
export async function record(
  reply: (message: Buffer, socket: Socket) => Buffer | string | undefined,
  greeting?: Buffer | string,
): Promise<Recorded> {
  const chunks: Buffer[] = [];
  let endHeard: (how: 'FIN' | 'RST') => void = () => undefined;
  const ended = new Promise<'FIN' | 'RST'>((resolve) => (endHeard = resolve));
  const port = await serve((socket) => {
    let message = Buffer.alloc(0);
    if (greeting !== undefined) socket.write(greeting);
    socket.on('data', (chunk) => {
      chunks.push(chunk);
      message = Buffer.concat([message, chunk]);
      const said = reply(message, socket);
      if (said === undefined) return;
      message = Buffer.alloc(0);
      if (said.length > 0) socket.write(said);
    });
    socket.on('end', () => {
      endHeard('FIN');
      socket.end();
    });
    socket.on('error', () => endHeard('RST'));
  });
  const heard = ended.then(() => Buffer.concat(chunks));
  return { address: { host: '127.0.0.1', port }, heard, ended };
}

/** A server that speaks first, at once, and then says nothing more. */
export const silent = (): undefined => undefined;
