// The first connection: spent with care, for some servers serve one client and exit. All that is
// said on it is kept, and counts.
import type { Connection, Received } from '../../clients/connection/connection.ts';
import type { Exchange, FirstConversation } from '../behaviours/first-conversation.ts';
import type { Session } from '../engine/session/session.ts';

/** What a server may send beyond what it owes before we stop reading. */
export const excessBytes = 64 * 1024;

/** A connection on which nothing has been said. */
export const nothingSaid: FirstConversation = {
  exchanges: [],
  end: undefined,
  record: { client: 'first', sentBytes: 0, receivedBytes: 0, entries: [] },
};

export class FirstTalk {
  readonly client: Connection;
  readonly exchanges: Exchange[] = [];
  /** How the server ended after our FIN. */
  end: Received | undefined;

  private constructor(client: Connection) {
    this.client = client;
  }

  /** @throws {ConnectFailed} when the server does not let us in */
  static async begin(session: Session, signal: AbortSignal): Promise<FirstTalk> {
    return new FirstTalk(await session.connect('first', signal));
  }

  /** True while both sides may speak. */
  get isOpen(): boolean {
    return this.client.peer.kind === 'open' && this.end === undefined;
  }

  /** Sends, and waits for a reply of `byteCount` bytes. */
  async say(sent: Buffer, byteCount: number): Promise<Received> {
    await this.client.send(sent);
    return this.note(sent, await this.client.receive(byteCount));
  }

  /** Sends, and waits for the server's end. */
  async sayToEnd(sent: Buffer): Promise<Received> {
    await this.client.send(sent);
    return this.note(sent, await this.client.receiveToEnd(excessBytes));
  }

  /** Keeps an exchange as it was. */
  note(sent: Buffer, received: Received): Received {
    this.exchanges.push({ sent, received });
    return received;
  }

  /** Whether each message got exactly what `reply` owes it, and nothing came beside. */
  isAsDue(reply: (request: Buffer) => Buffer): boolean {
    return (
      this.client.unreadBytes === 0 &&
      this.exchanges.every(({ sent, received }) => reply(sent).equals(received.bytes))
    );
  }

  /** Puts what was learned later in the place of the exchange that it belongs to. */
  amend(nth: number, bytes: Buffer): void {
    const exchange = this.exchanges[nth];
    if (exchange === undefined) return;
    this.exchanges[nth] = { ...exchange, received: { ...exchange.received, bytes } };
  }

  /** Half-closes and reads to the end. */
  async finish(): Promise<Received> {
    this.client.halfClose();
    this.end = await this.client.receiveToEnd(excessBytes);
    return this.end;
  }

  /** All that was said; the connection is closed. */
  close(): FirstConversation {
    const record = this.client.transcript.record();
    this.client.destroy();
    return { exchanges: this.exchanges, end: this.end, record };
  }
}
