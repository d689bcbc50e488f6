// What the documents' clients have in common: they send, and read once.
import type { Parting, Seat } from './client.ts';

/** One read of the client, or why there was none. */
export type Heard =
  | { readonly kind: 'bytes'; readonly bytes: Buffer }
  | Extract<Parting, { kind: 'server-ended' | 'silence' }>;

/**
 * Reads once, at most `mostBytes`, and shows nothing of it. The originals wait for ever; here
 * `patienceMs` is the end of it.
 */
export async function hear({ connection, patienceMs }: Seat, mostBytes: number): Promise<Heard> {
  const startedMs = performance.now();
  for (;;) {
    const { bytes, end } = await connection.receiveSome(mostBytes);
    if (bytes.length > 0) return { kind: 'bytes', bytes };
    if (end === 'fin' || end === 'reset') return { kind: 'server-ended', by: end };
    const waitedMs = performance.now() - startedMs;
    if (waitedMs >= patienceMs) return { kind: 'silence', waitedMs: Math.round(waitedMs) };
  }
}

/** Sends `bytes`; undefined when the kernel has them, or why the conversation is over. */
export async function say({ connection }: Seat, bytes: Buffer): Promise<Parting | undefined> {
  const taken = await connection.send(bytes);
  if (taken === 'taken') return undefined;
  return taken === 'stuck' ? { kind: 'stuck' } : { kind: 'server-ended', by: 'reset' };
}

/** The bytes of a C string: up to its first NUL, or all. */
export function upToNul(bytes: Buffer): Buffer {
  const end = bytes.indexOf(0);
  return end < 0 ? bytes : bytes.subarray(0, end);
}

/** Sends FIN and leaves. */
export function leave({ connection }: Seat, why: string): Parting {
  connection.halfClose();
  return { kind: 'done', why };
}
