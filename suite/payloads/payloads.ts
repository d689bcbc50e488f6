// Arbitraries of our own: bytes made natively in microseconds, and conversations that shrink over
// messages, bytes and cuts. fast-check's own byte arrays cost 400 ms at 1 MiB.
import { isUtf8 } from 'node:buffer';
import fc from 'fast-check';
import type { Contract } from '../contracts/contract.ts';
import { payloadOf, type CutMessage } from '../../clients/conversation/conversation.ts';
import type { SpokenStep } from '../../clients/conversation/messages.ts';
import { clientName } from '../../clients/client-name.ts';
import { leaveInOrder, receiveDue } from '../../clients/conversation/write-conversation.ts';
import type { Messages, RandomConversations, ScenarioShape } from '../behaviours/given.ts';
import { lettersFor } from './letters.ts';

type IsToThePoint = (messages: Messages) => boolean;

/**
 * Conversations that never hold the contract's ending word: it has behaviours of its own.
 * @param isToThePoint true of those that hold what is looked for: they shrink to none that does not. Of all when absent
 */
export function conversations(
  shape: RandomConversations,
  contract: Contract,
  isToThePoint: IsToThePoint = () => true,
): fc.Arbitrary<Messages> {
  return new ConversationArbitrary(shape, contract, isToThePoint);
}

/** The steps of a scenario, one arbitrary a kind, for `fc.commands`. */
export function steps(
  { mostClients }: ScenarioShape,
  contract: Contract,
): fc.Arbitrary<SpokenStep>[] {
  const client = fc.nat({ max: mostClients - 1 });
  const text = fc.string({
    unit: fc.constantFrom(...Array.from(lettersFor(contract))),
    minLength: 1,
    maxLength: 12,
  });
  // One draw a field and one for the kind: a seed must go on to stand for the scenario that it did.
  const bare = (step: (client: string) => SpokenStep): fc.Arbitrary<SpokenStep> =>
    fc.record({ step: fc.constant(step), client }).map((drawn) => step(clientName(drawn.client)));
  const send = fc
    .record({ step: fc.constant('send' as const), client, text })
    .map((drawn): SpokenStep => {
      const payload = payloadOf(drawn.text);
      return { do: drawn.step, client: clientName(drawn.client), payload };
    });
  const connect = bare((name) => ({ do: 'connect', client: name }));
  const receive = bare(receiveDue);
  // More who come than who go, or most steps would find nobody to take them.
  const coming = [connect, connect, connect, send, send, send, send, receive, receive];
  return [...coming, bare(leaveInOrder), bare((name) => ({ do: 'reset', client: name }))];
}

class ConversationArbitrary extends fc.Arbitrary<Messages> {
  readonly #shape: RandomConversations;
  readonly #avoid: Buffer | undefined;
  readonly #letters: Buffer;
  readonly #isToThePoint: IsToThePoint;

  constructor(shape: RandomConversations, contract: Contract, isToThePoint: IsToThePoint) {
    super();
    this.#isToThePoint = isToThePoint;
    this.#shape = shape;
    this.#avoid = contract.ending?.word;
    this.#letters = Buffer.from(lettersFor(contract));
  }

  override generate(random: fc.Random): fc.Value<Messages> {
    const count = random.nextInt(1, this.#shape.mostMessages);
    const { mostBytes, mostLastBytes = mostBytes } = this.#shape;
    const conversation = Array.from({ length: count }, (_, index) =>
      this.#message(random, index < count - 1 ? mostBytes : mostLastBytes),
    );
    return new fc.Value(conversation, undefined);
  }

  override canShrinkWithoutContext(value: unknown): value is Messages {
    return Array.isArray(value);
  }

  override shrink(conversation: Messages, context?: unknown): fc.Stream<fc.Value<Messages>> {
    const mustStay = this.#isToThePoint(conversation);
    const isAllowed = (smaller: Messages): boolean =>
      smaller.every(({ bytes }) => this.#isAllowed(bytes)) &&
      (!mustStay || this.#isToThePoint(smaller));
    const isTooShort = typeof context === 'number' ? context : 0;
    return fc
      .stream(smallerConversations(conversation, isTooShort))
      .filter(([smaller]) => isAllowed(smaller))
      .map(([smaller, floor]) => new fc.Value(smaller, floor));
  }

  #isAllowed(bytes: Buffer): boolean {
    if (this.#shape.alphabet === 'text' && !isUtf8(bytes)) return false;
    return this.#avoid === undefined || indexOfWord(this.#avoid, bytes) < 0;
  }

  #message(random: fc.Random, mostBytes: number): CutMessage {
    const { alphabet, isCut } = this.#shape;
    const byteCount = randomLength(random, mostBytes);
    const made =
      alphabet === 'text' ? randomText(random, byteCount) : randomBytes(random, byteCount);
    if (alphabet === 'letters') toLetters(made, this.#letters);
    const bytes = this.#avoid === undefined ? made : without(this.#avoid, made);
    if (!isCut || bytes.length < 2) return { bytes, cuts: [] };
    const cuts = new Set<number>();
    for (let left = random.nextInt(1, 8); left > 0; left -= 1) {
      cuts.add(random.nextInt(1, bytes.length - 1));
    }
    return { bytes, cuts: [...cuts].sort((a, b) => a - b) };
  }
}

/** Small lengths as often as large ones: mistakes live at both ends. */
function randomLength(random: fc.Random, most: number): number {
  const widest = Math.floor(Math.log2(most));
  return random.nextInt(1, Math.min(most, 2 ** random.nextInt(2, Math.max(2, widest))));
}

/** Bytes that text-minded servers stumble over, more often than chance would bring them. */
const awkward = [0x00, 0x0a, 0x0d, 0x1a, 0x04, 0x20, 0x7f, 0x80, 0xc3, 0xff];

function randomBytes(random: fc.Random, byteCount: number): Buffer {
  const bytes = Buffer.allocUnsafe(byteCount);
  // A 32-bit xorshift (Marsaglia 2003), seeded once a message: a call of `random` a byte is slow.
  let state = random.nextInt(1, 0x7fffffff);
  for (let index = 0; index < byteCount; index += 1) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes[index] = (state & 0xf00) === 0 ? (awkward[(state >>> 16) % 10] ?? 0) : state & 0xff;
  }
  return bytes;
}

const characters = ['a', 'Z', '0', ' ', '\n', '\t', 'é', 'ß', 'İ', '中', '👋', '\u202e', '\ufffd'];

function randomText(random: fc.Random, byteCount: number): Buffer {
  let text = '';
  for (let length = 0; length < byteCount; length += 1) {
    const isCommon = random.nextInt(0, 2) > 0;
    text += isCommon
      ? (characters[random.nextInt(0, characters.length - 1)] ?? 'a')
      : String.fromCodePoint(random.nextInt(0x20, 0xd7ff));
  }
  return Buffer.from(text);
}

function toLetters(bytes: Buffer, letters: Buffer): void {
  for (let index = 0; index < bytes.length; index += 1) {
    bytes[index] = letters[(bytes[index] ?? 0) % letters.length] ?? 0;
  }
}

/** `bytes` in which `word` stands nowhere, in whatever case. */
function without(word: Buffer, bytes: Buffer): Buffer {
  // A sign of its own for the word: whole, so that text stays text, and no part of the word.
  const sign = word.includes('.') ? '~' : '.';
  const changed = Buffer.from(bytes);
  for (let at = indexOfWord(word, changed); at >= 0; at = indexOfWord(word, changed)) {
    changed.fill(sign, at, at + word.length);
  }
  return changed;
}

/** Where `word` stands in `bytes`, whatever the case of its letters; -1 where it does not. */
function indexOfWord(word: Buffer, bytes: Buffer): number {
  return bytes.toString('latin1').toLowerCase().indexOf(word.toString('latin1').toLowerCase());
}

/** A smaller conversation, and a length of its first message that is known to be too short. */
type Smaller<Kind> = readonly [smaller: Kind, isTooShort: number | undefined];

/** Fewer messages first, then shorter ones, then simpler bytes, then fewer cuts. */
function* smallerConversations(
  conversation: Messages,
  isTooShort: number,
): Generator<Smaller<Messages>> {
  if (conversation.length > 1) {
    for (const message of conversation) yield [[message], undefined];
    for (let index = 1; conversation.length > 2 && index < conversation.length; index += 1) {
      yield [conversation.slice(index - 1, index + 1), undefined];
    }
    const half = conversation.length >> 1;
    if (half > 1) {
      yield [conversation.slice(0, half), undefined];
      yield [conversation.slice(half), undefined];
    }
    for (let index = 0; conversation.length > 2 && index < conversation.length; index += 1) {
      yield [conversation.toSpliced(index, 1), undefined];
    }
  }
  for (const [index, message] of conversation.entries()) {
    for (const [smaller, floor] of smallerMessages(message, index === 0 ? isTooShort : 0)) {
      yield [conversation.with(index, smaller), index === 0 ? floor : undefined];
    }
  }
}

function* smallerMessages(message: CutMessage, isTooShort: number): Generator<Smaller<CutMessage>> {
  const { bytes, cuts } = message;
  if (cuts.length > 0) yield [{ bytes, cuts: [] }, undefined];
  // The end goes first, by halving between what failed and what is known to pass.
  let tooShort = isTooShort;
  while (tooShort + 1 < bytes.length) {
    const length = (tooShort + bytes.length) >> 1;
    yield [remove(message, length, bytes.length), tooShort];
    tooShort = length;
  }
  // Then the beginning, the smallest rest first: what matters often stands at the end by now.
  for (let kept = 1; kept < bytes.length; kept *= 2) {
    yield [remove(message, 0, bytes.length - kept), undefined];
  }
  for (let size = bytes.length >> 1; size >= 1; size >>= 1) {
    // A few places a size, the beginning among them, or a large message takes thousands of tries.
    const stride = bytes.length <= 64 ? size : Math.max(size, Math.ceil(bytes.length / 4));
    for (let start = 0; start + size <= bytes.length; start += stride) {
      yield [remove(message, start, start + size), undefined];
    }
  }
  for (let index = 0; index < cuts.length && cuts.length > 1; index += 1) {
    yield [{ bytes, cuts: cuts.toSpliced(index, 1) }, tooShort];
  }
  for (const simpler of simplerBytes(bytes)) yield [{ bytes: simpler, cuts }, tooShort];
}

function remove({ bytes, cuts }: CutMessage, start: number, end: number): CutMessage {
  const kept = Buffer.concat([bytes.subarray(0, start), bytes.subarray(end)]);
  const moved = cuts.map((cut) => (cut <= start ? cut : Math.max(start, cut - (end - start))));
  const inside = moved.filter((cut) => cut > 0 && cut < kept.length);
  return { bytes: kept, cuts: [...new Set(inside)] };
}

const simplest = 0x62;

/** Shorter and shorter runs become `b`, so that what matters is left standing. */
function* simplerBytes(bytes: Buffer): Generator<Buffer> {
  for (let size = bytes.length; size >= 1; size >>= 1) {
    const stride = Math.max(size, Math.ceil(bytes.length / 16));
    for (let start = 0; start < bytes.length; start += stride) {
      const simpler = Buffer.from(bytes).fill(
        simplest,
        start,
        Math.min(start + size, bytes.length),
      );
      if (!simpler.equals(bytes)) yield simpler;
    }
  }
}
