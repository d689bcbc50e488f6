// What the clients of a conversation hear, where nothing is held against the server.
import type { Received } from '../connection/received.ts';
import type { SingleStep } from './conversation.ts';
import type { Heard, HeardEnd } from './played.ts';

interface Listener {
  readonly chunks: Buffer[];
  readonly marks: Map<number, number>;
  byteCount: number;
  end: HeardEnd;
  /** No further reply is awaited once one did not come: the end shows what does. */
  isAnswered: boolean;
}

export class Hearing {
  readonly #listeners = new Map<string, Listener>();
  #playedSteps = 0;

  /** The client was let in; one that comes again goes on where it was. */
  begin(client: string): void {
    const listener = this.#of(client);
    listener.end = 'left';
    listener.isAnswered = true;
  }

  refuse(client: string): void {
    this.#of(client).end = 'refused';
  }

  isRefused(client: string): boolean {
    return this.#listeners.get(client)?.end === 'refused';
  }

  /** Whether the server has ended its side for this client. */
  hasEnded(client: string): boolean {
    return this.#of(client).end !== 'left';
  }

  /** Whether a further reply is worth waiting for. */
  isAnswered(client: string): boolean {
    return this.#of(client).isAnswered && !this.hasEnded(client);
  }

  /** What came of a reply that was waited for. */
  add(client: string, bytes: Buffer, end: Received['end']): void {
    const listener = this.#of(client);
    listener.chunks.push(bytes);
    listener.byteCount += bytes.length;
    if (end === 'fin' || end === 'reset') listener.end = end;
    else if (end === 'silence' || end === 'drip') listener.isAnswered = false;
  }

  /** What came when the server's end was waited for. */
  addLast(client: string, bytes: Buffer, end: Received['end']): void {
    this.add(client, bytes, end);
    if (end !== 'fin' && end !== 'reset') this.#of(client).end = 'open';
  }

  /** One step more was played. */
  mark(step: SingleStep): void {
    if (step.do !== 'pause') {
      const listener = this.#of(step.client);
      listener.marks.set(this.#playedSteps, listener.byteCount);
    }
    this.#playedSteps += 1;
  }

  heard(): ReadonlyMap<string, Heard> {
    return new Map(
      [...this.#listeners].map(([client, { chunks, end, marks }]) => [
        client,
        { received: Buffer.concat(chunks), end, marks },
      ]),
    );
  }

  #of(client: string): Listener {
    const known = this.#listeners.get(client);
    if (known !== undefined) return known;
    const fresh = { chunks: [], marks: new Map<number, number>(), byteCount: 0 };
    const listener: Listener = { ...fresh, end: 'left', isAnswered: true };
    this.#listeners.set(client, listener);
    return listener;
  }
}
