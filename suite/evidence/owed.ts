// What each client of a story is owed, by the contract's oracle.
import type { Contract } from '../contracts/contract.ts';
import type { Act, End, Payload } from './story.ts';

interface Account {
  /** What is due for all that was sent. */
  dueBytes: number;
  /** What was due before the last thing was sent. */
  dueBefore: number;
  /** What the story has waited for so far. */
  awaitedBytes: number;
  /** Whether the ending word was the last thing sent, and whether all before it had been answered. */
  word: 'none' | 'alone' | 'behind others';
}

export class Owed {
  readonly #contract: Contract;
  readonly #accounts = new Map<string, Account>();

  constructor(contract: Contract) {
    this.#contract = contract;
  }

  connect(client: string): Act {
    this.#accounts.set(client, { dueBytes: 0, dueBefore: 0, awaitedBytes: 0, word: 'none' });
    return { do: 'connect', client };
  }

  /** @param mostCarried letters beyond this many bytes are told by their count */
  send(client: string, bytes: Buffer, mostCarried = Infinity): Act {
    const { reply, ending, replies } = this.#contract;
    const account = this.#of(client);
    const isWord = ending !== null && isSameWord(bytes, ending.word, ending.ignoresCase);
    const due = isWord && !ending.replied ? Buffer.alloc(0) : reply(bytes);
    const isAnswered = account.awaitedBytes === account.dueBytes;
    account.word = isWord ? (isAnswered ? 'alone' : 'behind others') : 'none';
    account.dueBefore = account.dueBytes;
    account.dueBytes += due.length;
    const isCounted = bytes.length > mostCarried && replies === 'by-byte';
    return {
      do: 'send',
      client,
      payload: payload(bytes, isCounted),
      due: payload(due, isCounted),
    };
  }

  waitFor(client: string, byteCount: number): Act {
    this.#of(client).awaitedBytes = byteCount;
    return { do: 'await', client, byteCount };
  }

  /** Waits for what is left of what the client must get. */
  settle(client: string): Act[] {
    const owedBytes = this.#owedBytes(client);
    return owedBytes > this.awaited(client) ? [this.waitFor(client, owedBytes)] : [];
  }

  finish(client: string, end: End): Act {
    return { do: 'finish', client, owedBytes: this.#owedBytes(client), end };
  }

  byteCount(client: string): number {
    return this.#of(client).dueBytes;
  }

  /** What the client was owed before it does its next thing. */
  bytesBefore(client: string): number {
    return this.#accounts.get(client)?.dueBytes ?? 0;
  }

  awaited(client: string): number {
    return this.#accounts.get(client)?.awaitedBytes ?? 0;
  }

  /** True when the last thing that the client sent was the ending word, by itself. */
  saidTheWord(client: string): boolean {
    return this.#of(client).word === 'alone';
  }

  #owedBytes(client: string): number {
    const { dueBytes, dueBefore, word } = this.#of(client);
    // A word that came right behind others may have been read together with them: then it is none.
    return word === 'behind others' ? dueBefore : dueBytes;
  }

  #of(client: string): Account {
    const account = this.#accounts.get(client);
    if (account === undefined) throw new TypeError(`Client ${client} is not connected.`);
    return account;
  }
}

const payload = (bytes: Buffer, isCounted: boolean): Payload =>
  isCounted ? { kind: 'letters', byteCount: bytes.length } : { kind: 'bytes', bytes };

function isSameWord(bytes: Buffer, word: Buffer, ignoresCase: boolean): boolean {
  const letters = (one: Buffer): string =>
    ignoresCase ? one.toString('latin1').toLowerCase() : one.toString('latin1');
  return letters(bytes) === letters(word);
}
