// Writes down what the clients of a story do, with what each is owed by the contract.
import { payloadOf, type Payload } from '../../clients/conversation/conversation.ts';
import { ConversationWriter } from '../../clients/conversation/write-conversation.ts';
import type { Contract } from '../contracts/contract.ts';

/** How the server must end a conversation for its promise to be kept. */
export type End =
  /** After our FIN, in whatever way, or not at all. */
  | 'any'
  /** After our FIN, by its own FIN. */
  | 'fin'
  /** By itself, in whatever way. */
  | 'own'
  /** By itself, by FIN. */
  | 'own-fin';

const ends = {
  any: { by: 'any', leaves: true },
  fin: { by: 'fin', leaves: true },
  own: { by: 'either' },
  'own-fin': { by: 'fin' },
} as const;

/** The last thing that a client sent. */
interface LastSent {
  /** What was due before it. */
  readonly dueBefore: number;
  /** Whether it was the ending word, and whether all before it had been answered. */
  readonly word: 'none' | 'alone' | 'behind others';
}

export class Owed extends ConversationWriter {
  readonly #contract: Contract;
  readonly #last = new Map<string, LastSent>();

  constructor(contract: Contract) {
    super(dueBy(contract));
    this.#contract = contract;
  }

  override connect(client: string): this {
    this.#last.set(client, { dueBefore: 0, word: 'none' });
    return super.connect(client);
  }

  override sendFor(client: string, payload: Payload, due: Payload): this {
    const dueBefore = this.dueBytes(client);
    const isAnswered = this.awaitedBytes(client) === dueBefore;
    const isWord = isEndingWord(payload.bytes, this.#contract);
    const word = isWord ? (isAnswered ? 'alone' : 'behind others') : 'none';
    this.#last.set(client, { dueBefore, word });
    return super.sendFor(client, payload, due);
  }

  /** Sends letters: so many that a script need not carry them, where it can make others. */
  sendMany(client: string, bytes: Buffer): this {
    const due = payloadOf(dueBy(this.#contract)(bytes));
    if (this.#contract.replies !== 'by-byte') return this.sendFor(client, payloadOf(bytes), due);
    const any = { isAnyLetters: true } as const;
    return this.sendFor(client, { ...payloadOf(bytes), ...any }, { ...due, ...any });
  }

  /** Waits for what is left of what the client must get. */
  settle(client: string): this {
    const owedBytes = this.#owedBytes(client);
    return owedBytes > this.awaitedBytes(client) ? this.receive(client, owedBytes) : this;
  }

  /** At least what is owed must come; what comes must begin what is due, and may be no more. */
  finish(client: string, end: End): this {
    const leastBytes = this.#owedBytes(client);
    return this.awaitEnd(client, { before: { kind: 'due', leastBytes }, ...ends[end] });
  }

  /** True when the last thing that the client sent was the ending word, by itself. */
  saidTheWord(client: string): boolean {
    return this.#last.get(client)?.word === 'alone';
  }

  #owedBytes(client: string): number {
    const last = this.#last.get(client);
    // A word that came right behind others may have been read together with them: then it is none.
    return last?.word === 'behind others' ? last.dueBefore : this.dueBytes(client);
  }
}

/** What is due to a request: nothing to an ending word that is not replied to. */
export const dueBy =
  (contract: Contract): ((request: Buffer) => Buffer) =>
  (request) =>
    isEndingWord(request, contract) && contract.ending?.replied === false
      ? Buffer.alloc(0)
      : contract.reply(request);

function isEndingWord(bytes: Buffer, { ending }: Contract): boolean {
  if (ending === null) return false;
  const letters = (one: Buffer): string =>
    ending.ignoresCase ? one.toString('latin1').toLowerCase() : one.toString('latin1');
  return letters(bytes) === letters(ending.word);
}
