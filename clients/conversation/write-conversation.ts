// Writes down what clients do, with what each of them is owed for it: conversations that follow from a promise.
import {
  byteCountOf,
  bytesOf,
  payloadOf,
  piecesOf,
  type BeforeEnd,
  type ClientStep,
  type CutMessage,
  type Conversation,
  type EndBy,
  type Payload,
  type Step,
} from './conversation.ts';

/** How the server has to end its side, where not every way is as good as another. */
interface Ending {
  readonly by: EndBy;
  readonly before: BeforeEnd;
  readonly leaves?: true;
}

export class ConversationWriter {
  readonly #steps: Step[] = [];
  readonly #dueBytes = new Map<string, number>();
  readonly #awaitedBytes = new Map<string, number>();
  readonly #reply: (request: Buffer) => Buffer;

  /** @param reply what is due to a request; what a server sends of its own accord is not part of it */
  constructor(reply: (request: Buffer) => Buffer) {
    this.#reply = reply;
  }

  get conversation(): Conversation {
    return this.#steps;
  }

  /** How many bytes the client is owed since it connected. */
  dueBytes(client: string): number {
    return this.#dueBytes.get(client) ?? 0;
  }

  /** How many of them it has waited for. */
  awaitedBytes(client: string): number {
    return this.#awaitedBytes.get(client) ?? 0;
  }

  connect(client: string): this {
    this.#dueBytes.set(client, 0);
    this.#awaitedBytes.set(client, 0);
    return this.add({ do: 'connect', client });
  }

  /** Sends without waiting. */
  send(client: string, bytes: Buffer): this {
    return this.sendFor(client, payloadOf(bytes), payloadOf(this.#reply(bytes)));
  }

  /** Sends what has that reply. */
  sendFor(client: string, payload: Payload, due: Payload, cuts?: readonly number[]): this {
    this.#dueBytes.set(client, this.dueBytes(client) + byteCountOf(due));
    return this.add({ do: 'send', client, payload, ...(cuts === undefined ? {} : { cuts }), due });
  }

  /** Waits for so many of the bytes that are due since the client connected; for all when absent. */
  receive(client: string, byteCount = this.dueBytes(client)): this {
    this.#awaitedBytes.set(client, byteCount);
    return this.add({ do: 'receive', client, expected: { kind: 'due', byteCount } });
  }

  /** Sends each piece by itself: the reply to it proves that it was read alone. */
  say(client: string, message: CutMessage): this {
    for (const piece of piecesOf(message)) this.send(client, piece).receive(client);
    return this;
  }

  halfClose(client: string): this {
    return this.add({ do: 'half-close', client });
  }

  /** Waits for the server's end, in whatever way it comes, unless `ending` says more. */
  awaitEnd(client: string, ending: Ending = { by: 'any', before: 'anything' }): this {
    return this.add({ do: 'await-end', client, ...ending });
  }

  /** Sends FIN, and waits for the server's end. */
  end(client: string, ending?: Ending): this {
    return this.halfClose(client).awaitEnd(client, ending);
  }

  reset(client: string): this {
    return this.add({ do: 'reset', client });
  }

  /** Writes down a step that changes nothing of what is owed. */
  add(step: Step): this {
    this.#steps.push(step);
    return this;
  }
}

/** What a client waits for: all that it is owed so far. */
export const receiveDue = (client: string): Extract<ClientStep, { do: 'receive' }> => ({
  do: 'receive',
  client,
  expected: { kind: 'due' },
});

/** A client ends its side, and collects what it is owed. */
export const leaveInOrder = (client: string): Extract<ClientStep, { do: 'await-end' }> => ({
  do: 'await-end',
  client,
  by: 'any',
  before: { kind: 'due' },
  leaves: true,
});

/**
 * The same steps with what is due written into them, and an end for every client that is left: it collects what
 * it is owed.
 */
export function settled(
  steps: readonly ClientStep[],
  reply: (request: Buffer) => Buffer,
): Conversation {
  const writer = new ConversationWriter(reply);
  const open = new Set<string>();
  const leave = (client: string): void => {
    const before = { kind: 'due', leastBytes: writer.dueBytes(client) } as const;
    writer.end(client, { by: 'any', before, leaves: true });
  };
  for (const step of steps) {
    const { client } = step;
    if (step.do === 'connect') {
      open.add(client);
      writer.connect(client);
    } else if (step.do === 'send') {
      const due = step.due ?? payloadOf(reply(bytesOf(step.payload)));
      writer.sendFor(client, step.payload, due, step.cuts);
    } else if (step.do === 'receive' && step.expected.kind === 'due') {
      writer.receive(client, step.expected.byteCount);
    } else if (step.do === 'await-end' && step.leaves === true) {
      leave(client);
    } else writer.add(step);
    if (step.do === 'await-end' || step.do === 'reset') open.delete(client);
  }
  for (const client of open) leave(client);
  return writer.conversation;
}
