// A failing conversation as its record tells it, to be played to both servers: for behaviours that are
// about no generated conversation, so that no token holds one.
import { inOrderOfTime } from '../../../clients/conversation/words/sequence.ts';
import { ConversationWriter } from '../../../clients/conversation/write-conversation.ts';
import type { Excerpt, TranscriptEntry, TranscriptRecord } from '../../events/events.ts';
import type { Reply, TitledConversation } from './of-given.ts';

/** Crowds and floods are told by their failures; where they part is no single event. */
const mostClients = 12;
const mostBytes = 4 * 1024 * 1024;

/**
 * The clients' part of a conversation; undefined when the record is too large or not whole. Of long
 * messages a record keeps the beginning: they are filled up with it.
 */
export function conversationOfRecords(
  records: readonly TranscriptRecord[],
  reply: Reply,
  title: string,
): TitledConversation | undefined {
  const byteCount = records.reduce((sum, { sentBytes }) => sum + sentBytes, 0);
  const isWhole = records.every(({ entries }) => entries.every(({ kind }) => kind !== 'omitted'));
  if (records.length === 0 || records.length > mostClients || byteCount > mostBytes || !isWhole) {
    return undefined;
  }
  const writer = new ConversationWriter(reply);
  const clients = new Clients(writer);
  for (const { client, entry } of inOrderOfTime(records)) clients.do(client, entry);
  clients.endAll();
  return { title, conversation: writer.conversation };
}

class Clients {
  readonly #writer: ConversationWriter;
  /** Those that wait for what they are owed before they go on. */
  readonly #waiting = new Set<string>();
  readonly #state = new Map<string, 'open' | 'half-closed' | 'gone'>();

  constructor(writer: ConversationWriter) {
    this.#writer = writer;
  }

  do(client: string, entry: TranscriptEntry): void {
    const { kind } = entry;
    if (kind === 'received' || kind === 'silence') {
      this.#waiting.add(client);
      return;
    }
    if (kind === 'connected' || kind === 'connect-failed') {
      this.#writer.connect(client);
      this.#state.set(client, 'open');
      return;
    }
    if (this.#state.get(client) !== 'open' && kind !== 'reset-sent') return;
    if (this.#waiting.delete(client)) this.#writer.receive(client);
    if (kind === 'sent') this.#writer.send(client, filled(entry.bytes));
    else if (kind === 'reading-paused') this.#writer.add({ do: 'pause-reading', client });
    else if (kind === 'reading-resumed') this.#writer.add({ do: 'resume-reading', client });
    else if (kind === 'reset-sent') {
      this.#writer.reset(client);
      this.#state.set(client, 'gone');
    } else if (kind === 'fin-sent') {
      this.#writer.halfClose(client);
      this.#state.set(client, 'half-closed');
    }
  }

  endAll(): void {
    for (const [client, state] of this.#state) {
      if (state === 'gone') continue;
      this.#writer.add({ do: 'resume-reading', client });
      if (state === 'open') this.#writer.receive(client).end(client);
      else this.#writer.awaitEnd(client);
    }
  }
}

function filled({ hex, length }: Excerpt): Buffer {
  const head = Buffer.from(hex, 'hex');
  return head.length === 0 ? Buffer.alloc(0) : Buffer.alloc(length, head);
}
