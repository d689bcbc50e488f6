import { isUtf8 } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { madeUp } from '../../fixtures/support/made-up.ts';
import { behaviour, Violation, type Behaviour } from '../behaviours/behaviour.ts';
import type { Contract } from '../contracts/contract.ts';
import { echo } from '../contracts/echo.ts';
import { uppercase } from '../contracts/uppercase.ts';
import {
  message,
  messagesOf,
  type Messages,
  type Given,
  type RandomConversations,
} from '../behaviours/given.ts';
import { bytesOf, piecesOf } from '../../clients/conversation/conversation.ts';
import { conversations, steps } from './payloads.ts';
import { checkProperty } from '../engine/trial/property.ts';

const ending = (word: string): Contract['ending'] => ({
  word: Buffer.from(word),
  match: 'any',
  replied: true,
  ignoresCase: false,
});

const anything: RandomConversations = {
  alphabet: 'bytes',
  mostMessages: 8,
  mostBytes: 900,
  mostLastBytes: 8192,
  isCut: false,
};

const seeds = Array.from({ length: 20 }, (_, index) => index + 1);

function about(random: RandomConversations): Behaviour {
  return behaviour({
    ...madeUp,
    id: 'payload/made-up',
    given: { kind: 'conversation', random },
    check: () => Promise.resolve(undefined),
  });
}

interface Shrunk {
  readonly conversation: Messages;
  readonly tries: number;
}

/** The smallest conversation found that `isBroken`, and how many were tried on the way. */
async function shrink(
  random: RandomConversations,
  seed: number,
  isBroken: (conversation: Messages) => boolean,
): Promise<Shrunk> {
  const outcome = await checkProperty(about(random), {
    seed,
    cases: 500,
    contract: echo,
    isOver: () => false,
    hold: (given) =>
      isBroken(spokenIn(given))
        ? Promise.reject(
            new Violation('Broken.', { kind: 'other', expected: 'whole', observed: 'broken' }),
          )
        : Promise.resolve(),
  });
  if (outcome.kind !== 'broken') throw new Error(`Seed ${seed} broke nothing.`);
  return { conversation: spokenIn(outcome.given), tries: outcome.shrinkTries };
}

function spokenIn(given: Given): Messages {
  const messages = messagesOf(given);
  if (messages === undefined) throw new Error('Expected the messages of one client.');
  return messages;
}

const hex = (conversation: Messages): string[] =>
  conversation.map(({ bytes }) => bytes.toString('hex'));

describe('shrinking', () => {
  it.each(seeds)('finds the one NUL that loses the rest (seed %d)', async (seed) => {
    const { conversation, tries } = await shrink({ ...anything, mostMessages: 1 }, seed, (spoken) =>
      spoken.some(({ bytes }) => bytes.includes(0)),
    );

    expect(hex(conversation)).toEqual(['00']);
    expect(tries).toBeLessThanOrEqual(32);
  });

  it.each(seeds)('finds the exact length from which it fails (seed %d)', async (seed) => {
    const { conversation } = await shrink(anything, seed, (spoken) =>
      spoken.some(({ bytes }) => bytes.length >= 1025),
    );

    expect(conversation).toHaveLength(1);
    expect(conversation[0]?.bytes).toHaveLength(1025);
  });

  it.each(seeds)(
    'keeps two messages, short ones, where state is the bug (seed %d)',
    async (seed) => {
      // What is left in a buffer from an earlier, longer message shows in a shorter one.
      const { conversation } = await shrink(anything, seed, (spoken) =>
        spoken.some(({ bytes }, index) => bytes.length < (spoken[index - 1]?.bytes.length ?? 0)),
      );

      const lengths = conversation.map(({ bytes }) => bytes.length);
      expect(lengths).toHaveLength(2);
      expect(Math.max(...lengths)).toBeLessThanOrEqual(128);
    },
  );

  it.each(seeds)('keeps the two bytes that matter of many (seed %d)', async (seed) => {
    const { conversation } = await shrink({ ...anything, mostMessages: 2 }, seed, (spoken) =>
      spoken.some(({ bytes }) => {
        const at = bytes.indexOf(0x0d);
        return at >= 0 && bytes.includes(0x0a, at);
      }),
    );

    expect(conversation).toHaveLength(1);
    expect(conversation[0]?.bytes.length).toBeLessThanOrEqual(32);
  });

  it.each(seeds)('keeps one cut where a cut is the bug (seed %d)', async (seed) => {
    const cut: RandomConversations = { ...anything, alphabet: 'letters', isCut: true };
    const { conversation } = await shrink(cut, seed, (spoken) =>
      spoken.some(({ bytes, cuts }) => cuts.length > 0 && bytes.length >= 2),
    );

    expect(conversation).toHaveLength(1);
    expect(conversation[0]?.bytes).toHaveLength(2);
    expect(conversation[0]?.cuts).toEqual([1]);
  });

  it('takes the cuts away where they do not matter', async () => {
    const cut: RandomConversations = { ...anything, isCut: true };
    const { conversation } = await shrink(cut, 3, (spoken) =>
      spoken.some(({ bytes }) => bytes.length >= 40),
    );

    expect(conversation).toHaveLength(1);
    expect(conversation[0]?.cuts).toEqual([]);
  });
});

/** All values of a tree of shrinks, breadth first, `most` at the most. */
function* family<Value>(
  arbitrary: fc.Arbitrary<Value>,
  root: fc.Value<Value>,
  most: number,
): Generator<Value> {
  const queue = [root];
  for (let count = 0; count < most; count += 1) {
    const next = queue.shift();
    if (next === undefined) return;
    yield next.value;
    // Some of each generation only: a tree is wide.
    queue.push(...arbitrary.shrink(next.value, next.context).take(30));
  }
}

/** Hands every generated conversation and many of its shrinks to `look`. */
function lookAtFamilies(
  contract: Contract,
  shape: RandomConversations,
  look: (conversation: Messages) => void,
): void {
  const arbitrary = conversations(shape, contract);
  const watched = new (class extends fc.Arbitrary<Messages> {
    override generate(random: fc.Random): fc.Value<Messages> {
      const value = arbitrary.generate(random, undefined);
      for (const one of family(arbitrary, value, 80)) look(one);
      return value;
    }
    override canShrinkWithoutContext(value: unknown): value is Messages {
      return arbitrary.canShrinkWithoutContext(value);
    }
    override shrink(): fc.Stream<fc.Value<Messages>> {
      return fc.Stream.nil();
    }
  })();
  fc.assert(
    fc.property(watched, () => undefined),
    { numRuns: 15, seed: 11 },
  );
}

describe('a generated conversation', () => {
  const shapes: readonly RandomConversations[] = [
    { alphabet: 'letters', mostMessages: 3, mostBytes: 300, isCut: true },
    { alphabet: 'text', mostMessages: 3, mostBytes: 200, isCut: false },
    { alphabet: 'bytes', mostMessages: 3, mostBytes: 900, isCut: true },
  ];

  describe.each(shapes)('of $alphabet', (shape) => {
    it('has messages of at least one byte, cut in ascending places inside them', () => {
      lookAtFamilies(echo, shape, (conversation) => {
        expect(conversation.length).toBeGreaterThan(0);
        for (const message of conversation) {
          const pieces = piecesOf(message);
          expect(Buffer.concat(pieces).equals(message.bytes)).toBe(true);
          expect(pieces.every((piece) => piece.length > 0)).toBe(true);
        }
      });
    });

    it.each(['end', 'e', 'b', 'bb', 'end\n', '.', '..', 'é'])(
      'never contains the ending word %j, nor do its smaller forms',
      (word) => {
        lookAtFamilies({ ...echo, ending: ending(word) }, shape, (conversation) => {
          const sought = Buffer.from(word).toString('latin1').toLowerCase();
          for (const { bytes } of conversation) {
            expect(bytes.toString('latin1').toLowerCase().includes(sought)).toBe(false);
          }
        });
      },
    );
  });

  it.each([null, 'end', 'é'])('of text stays UTF-8, as do its smaller forms (word: %j)', (word) => {
    const contract = { ...echo, ending: word === null ? null : ending(word) };
    const text: RandomConversations = {
      alphabet: 'text',
      mostMessages: 3,
      mostBytes: 200,
      isCut: false,
    };
    lookAtFamilies(contract, text, (conversation) => {
      expect(conversation.every(({ bytes }) => isUtf8(bytes))).toBe(true);
    });
  });

  it('of bytes is made without a call of the generator a byte', () => {
    let calls = 0;
    const shape: RandomConversations = {
      alphabet: 'bytes',
      mostMessages: 1,
      mostBytes: 1024 * 1024,
      isCut: true,
    };
    const arbitrary = conversations(shape, echo);
    let largest = 0;
    const counted = new (class extends fc.Arbitrary<Messages> {
      override generate(random: fc.Random): fc.Value<Messages> {
        const nextInt = vi.spyOn(random, 'nextInt');
        const value = arbitrary.generate(random, undefined);
        calls = Math.max(calls, nextInt.mock.calls.length);
        nextInt.mockRestore();
        largest = Math.max(largest, value.value[0]?.bytes.length ?? 0);
        return value;
      }
      override canShrinkWithoutContext(value: unknown): value is Messages {
        return arbitrary.canShrinkWithoutContext(value);
      }
      override shrink(): fc.Stream<fc.Value<Messages>> {
        return fc.Stream.nil();
      }
    })();

    fc.assert(
      fc.property(counted, () => undefined),
      { numRuns: 100, seed: 5 },
    );

    expect(largest).toBeGreaterThan(256 * 1024);
    expect(calls).toBeLessThan(20);
  });

  it('brings the bytes that text-minded servers stumble over', () => {
    const seen = new Set<number>();
    fc.assert(
      fc.property(conversations(anything, echo), (conversation) => {
        for (const { bytes } of conversation) for (const byte of bytes) seen.add(byte);
      }),
      { numRuns: 30, seed: 1 },
    );

    expect(seen.size).toBe(256);
  });
});

describe('a smaller conversation', () => {
  it.each([
    ['end', 'e.nd'],
    ['bb', 'bxb'],
    ['b', 'xyz'],
  ])('never becomes the ending word %j by what is taken from %j', (word, text) => {
    const contract = { ...echo, ending: ending(word) };
    const smaller = conversations(anything, contract).shrink([message(text)], undefined);

    const texts = [...smaller].flatMap(({ value }) => value.map(({ bytes }) => String(bytes)));

    expect(texts.length).toBeGreaterThan(0);
    expect(texts.filter((one) => one.toLowerCase().includes(word))).toEqual([]);
  });
});

describe('steps', () => {
  it.each([
    ['echo', echo],
    ['uppercase until end', { ...uppercase, ending: ending('end') }],
  ])('send letters that a server of %s has no trouble with', (_, contract) => {
    const kinds = new Set<string>();
    fc.assert(
      fc.property(
        fc.oneof(...steps({ kind: 'scenario', mostClients: 3, mostSteps: 9 }, contract)),
        (step) => {
          kinds.add(step.do);
          expect(step.client).toMatch(/^[ABC]$/);
          if (step.do !== 'send') return;
          expect(bytesOf(step.payload).toString()).toMatch(/^[a-z]{1,12}$/i);
          if (contract.ending !== null)
            expect(bytesOf(step.payload).toString()).not.toMatch(/e|[A-Z]/);
        },
      ),
      { numRuns: 500, seed: 2 },
    );
    expect([...kinds].sort()).toEqual(['await-end', 'connect', 'receive', 'reset', 'send']);
  });
});
