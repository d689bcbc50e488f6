// The core is played against servers that are functions: for each kind of bug the sentences are those that are true
// of it, on both sides of every edge.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { payloadOf } from '../../clients/conversation/conversation.ts';
import { conversationOf, message, type SpokenStep } from '../../clients/conversation/messages.ts';
import { receiveDue } from '../../clients/conversation/write-conversation.ts';
import {
  heldOn,
  SimulatedServer,
  type Simulated,
} from '../../fixtures/support/simulated-server.ts';
import { investigate, type Subject } from './investigate.ts';
import type { Law } from './law.ts';

const alphabet = 'bcdfghijklmnopqrstuvwxy';
const letters = (byteCount: number): Buffer => Buffer.alloc(byteCount, alphabet);
const saying = (...texts: (string | Buffer)[]): SpokenStep[] => conversationOf(texts.map(message));

const subjectOf = (steps: readonly SpokenStep[], more: Partial<Subject> = {}): Subject => ({
  steps,
  letters,
  mostBytes: 65_536,
  isCostly: false,
  canStartAgain: true,
  known: new Map(),
  ...more,
});

/** What an investigation of `steps` says of a server; `begin` is called at each start of it. */
function lawOf(
  begin: () => Simulated,
  steps: readonly SpokenStep[],
  more: Partial<Subject> = {},
): Law | undefined {
  return heldOn(new SimulatedServer(begin), investigate(subjectOf(steps, more)));
}

const saidOf = (law: Law | undefined, dimension: string): string[] =>
  (law?.respects ?? []).filter((one) => one.dimension === dimension).map(({ says }) => says);

/** Echoes, and adds a letter to what `isWrong` is true for. */
const adding =
  (isWrong: (...args: Parameters<Simulated>) => boolean) => (): Simulated => (read, client) =>
    isWrong(read, client) ? Buffer.concat([read, Buffer.from('!')]) : read;

test('a server that is right is told nothing of', () => {
  expect(lawOf(() => (read) => read, saying('hello'))).toBeUndefined();
});

describe('length', () => {
  const length = (isWrong: (size: number) => boolean, size: number): string[] =>
    saidOf(
      lawOf(
        adding(({ length: of }) => isWrong(of)),
        saying(letters(size)),
      ),
      'length',
    );

  test('every size', () => {
    expect(length(() => true, 5)).toEqual([
      expect.stringMatching(
        /^Messages of every size tried fail: \d+ sizes from 1 to 65,536 bytes\.$/u,
      ),
    ]);
  });

  test('from a size on', () => {
    expect(length((size) => size >= 777, 4000)).toEqual([
      expect.stringMatching(
        /^Messages of 777 to 65,536 bytes fail \(\d+ sizes tried\); those of 1 to 776 bytes are right \(\d+ sizes tried\)\.$/u,
      ),
    ]);
  });

  test('up to a size', () => {
    expect(length((size) => size <= 3, 1)).toEqual([
      expect.stringMatching(
        /^Messages of 1 to 3 bytes fail .*; those of 4 to 65,536 bytes are right/u,
      ),
    ]);
  });

  test('one size alone', () => {
    expect(length((size) => size === 512, 512)).toEqual([
      expect.stringMatching(
        /^Messages of exactly 512 bytes fail; those of 1 to 511 bytes and 513 to 65,536 bytes are right \(\d+ sizes tried\)\.$/u,
      ),
    ]);
  });

  test('the multiples of a size, and what is one less', () => {
    expect(length((size) => size % 512 === 0, 512)).toEqual([
      expect.stringMatching(/^Messages of a multiple of 512 bytes fail \(\d+ sizes tried/u),
    ]);
    expect(length((size) => size % 256 === 255, 255)).toEqual([
      expect.stringMatching(/^Messages of one byte less than a multiple of 256 bytes fail/u),
    ]);
    expect(length((size) => size % 2 === 1, 5)).toEqual([
      expect.stringMatching(/^Messages of an odd number of bytes fail/u),
    ]);
  });

  test('sizes without a rule: the smallest is told, and how many others failed', () => {
    const primes = (size: number): boolean => size === 100 || size === 1024 || size === 5000;

    expect(length(primes, 1024)).toEqual([
      expect.stringMatching(
        /^The smallest of messages that fail has 100 bytes\. The \d+ smaller ones that were tried are right\. Of \d+ larger sizes tried, 1 failed \(1,024\)\.$/u,
      ),
    ]);
  });

  test('whichever edges a server has, those are told', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 30_000 }),
        fc.integer({ min: 0, max: 30_000 }),
        (low, span) => {
          const high = low + span;
          const said = length((size) => size >= low && size <= high, low);
          const failing =
            low === high
              ? `exactly ${low.toLocaleString('en')} bytes`
              : `${low.toLocaleString('en')} to ${high.toLocaleString('en')} bytes`;

          expect(said).toEqual([expect.stringContaining(`Messages of ${failing} fail`)]);
          expect(said[0]).toContain(
            `and ${(high + 1).toLocaleString('en')} to 65,536 bytes are right`,
          );
        },
      ),
      { numRuns: 60, seed: 3 },
    );
  });
});

describe('content', () => {
  const content = (isWrong: (read: Buffer) => boolean, text: string | Buffer): string[] =>
    saidOf(
      lawOf(
        adding((read) => isWrong(read)),
        saying(text),
      ),
      'content',
    );

  test('one byte value, wherever it stands', () => {
    expect(content((read) => read.includes(0), 'k\0l')).toEqual([
      'A message with the byte 0x00 in it fails: alone, first, in the middle and last (among letters). No other of 255 values tried fails there.',
    ]);
  });

  test('one at the end only', () => {
    expect(content((read) => read.at(-1) === 0x0a, 'klm\n')).toEqual([
      'A message with the byte 0x0a in it fails: alone and last; first and in the middle it is right (among letters). No other of 255 values tried fails there.',
    ]);
  });

  test('a range of values', () => {
    expect(content((read) => read.some((byte) => byte >= 0x80), 'é')).toEqual([
      expect.stringMatching(/Of 256 byte values tried in the middle, 128 fail: 0x80 to 0xff\.$/u),
    ]);
  });

  test('where failures cost a wait, few other values are tried and no more is said', () => {
    const law = lawOf(
      adding((read) => read.includes(0)),
      saying('\0'),
      { isCostly: true },
    );

    expect(saidOf(law, 'content')).toEqual([
      expect.stringMatching(/No other of 12 values tried fails there\.$/u),
    ]);
  });

  test('a word: none of its bytes by itself', () => {
    expect(content((read) => read.toString() === 'quit', 'quit')).toEqual([
      'The message 71 75 69 74 (“quit”) fails; letters of the same length are right, and so is each of its bytes by itself, alone and among letters. It is right with a letter before it, with a letter behind it, without its last byte and without its first byte.',
    ]);
    expect(content((read) => read.includes('%s'), '%s')).toEqual([
      expect.stringMatching(
        /It fails with a letter before it and with a letter behind it too\. It is right/u,
      ),
    ]);
  });
});

describe('place', () => {
  test('a message of the connection', () => {
    const law = lawOf(
      adding((_, { reads }) => reads >= 3),
      saying('one', 'two', 'three', 'four', 'five'),
    );

    expect(saidOf(law, 'place')).toEqual([
      'The 3rd message of a connection fails, and the 2 before it are right, with messages of 1, 6, 12 and 100 bytes each.',
    ]);
  });

  test('so many bytes into the connection', () => {
    const isBeyond: Parameters<typeof adding>[0] = (read, { bytesBefore }) =>
      bytesBefore + read.length > 60;
    const law = lawOf(adding(isBeyond), saying(...Array.from({ length: 20 }, () => 'abcdef')));

    expect(saidOf(law, 'place')).toEqual([
      'The 11th message of a connection fails, and the 10 before it are right, with messages of 6 bytes each. Of 1 byte each, all 11 tried are right. Of 12 bytes each it is the 6th. Of 100 bytes each it is the 1st.',
    ]);
  });

  test('a shorter message behind a longer one', () => {
    const begin = (): Simulated => {
      const buffers = new WeakMap<object, Buffer>();
      return (read, client) => {
        const before = buffers.get(client) ?? Buffer.alloc(0);
        const whole = Buffer.concat([read, before.subarray(read.length)]);
        buffers.set(client, whole);
        return whole;
      };
    };
    const law = lawOf(begin, saying('something longer', 'short', 'i'));

    expect(law?.respects.map(({ says }) => says)).toEqual([
      'The message alone is right; behind another of 16 bytes it fails.',
      expect.stringMatching(
        /^Messages of 1 to 15 bytes fail behind one of 16 bytes \(\d+ sizes tried\); those of 16 to 65,536 bytes are right/u,
      ),
    ]);
  });

  test('messages that go out together are told nothing of: how many are read at once hangs on time', () => {
    const client = 'A';
    const steps: SpokenStep[] = [
      { do: 'connect', client },
      { do: 'send', client, payload: payloadOf('one') },
      { do: 'send', client, payload: payloadOf('two') },
      receiveDue(client),
    ];

    expect(
      lawOf(
        adding((_, { reads }) => reads >= 2),
        steps,
        { asWritten: true },
      ),
    ).toBeUndefined();
  });
});

describe('repetition', () => {
  const every = (rhythm: number): Simulated => {
    let count = 0;
    return (read) => {
      count += 1;
      return count % rhythm === 0 ? Buffer.from('!') : read;
    };
  };

  test('each so many-th', () => {
    for (const rhythm of [2, 3, 7, 50]) {
      const law = lawOf(() => every(rhythm), saying('hello'));

      expect(law?.rate).toBeUndefined();
      expect(saidOf(law, 'repetition')).toEqual([
        expect.stringMatching(/every \d+(st|nd|rd|th) fails and the others are right/u),
      ]);
      expect(saidOf(law, 'repetition')[0]).toContain(`every ${rhythm}`);
    }
  });

  test('by chance: a rate, and no edge', () => {
    let state = 1;
    const chance = (): number => {
      state = (state * 16_807) % 2_147_483_647;
      return state / 2_147_483_647;
    };
    const law = lawOf(() => (read) => (chance() < 0.1 ? Buffer.from('!') : read), saying('hello'));

    expect(law?.respects).toHaveLength(1);
    expect(law?.rate?.of).toBe(400);
    expect(law?.rate?.lowest).toBeLessThan(0.1);
    expect(law?.rate?.highest).toBeGreaterThan(0.1);
  });

  test('one that goes both ways only now and then states no edge that it does not keep', () => {
    let state = 7;
    const chance = (): number => {
      state = (state * 16_807) % 2_147_483_647;
      return state / 2_147_483_647;
    };
    const law = lawOf(
      () => (read) => (read.length >= 100 && chance() < 0.7 ? Buffer.from('!') : read),
      saying(letters(100)),
    );

    expect(saidOf(law, 'length')).toEqual([]);
  });

  test('from some conversation on, and up to one', () => {
    const from = (isWrong: (count: number) => boolean) => (): Simulated => {
      let count = 0;
      return (read) => {
        count += 1;
        return isWrong(count) ? Buffer.from('!') : read;
      };
    };

    expect(
      saidOf(
        lawOf(
          from((count) => count > 10),
          saying('hello'),
        ),
        'repetition',
      ),
    ).toEqual([
      'It hangs on how many came before: of the same conversation, held again and again on a server that was just started, the first 10 conversations are right and each of the 24 after them fails; at 2 further starts it turned at the same one.',
    ]);
    const first = lawOf(
      from((count) => count === 1),
      saying('hello'),
    );
    expect(saidOf(first, 'repetition')[0]).toContain(
      'the first conversation fails and each of the 24',
    );
    const known = lawOf(
      from((count) => count <= 2),
      saying('hello'),
    );
    expect(saidOf(known, 'repetition')[0]).toContain(
      'the first 2 conversations fail and each of the 24',
    );
  });

  test('a server that nobody can start again is told of as it was seen', () => {
    let count = 0;
    const begin = (): Simulated => (read) => {
      count += 1;
      return count > 10 ? Buffer.from('!') : read;
    };
    const law = lawOf(begin, saying('hello'), { canStartAgain: false });

    expect(saidOf(law, 'repetition')).toEqual([
      expect.stringMatching(
        /^Held again and again, one after another, the first \d conversations are right and each of the 24 after them fails\.$/u,
      ),
    ]);
  });
});

describe('writes and ends', () => {
  test('cuts make a difference, or none', () => {
    const whole = lawOf(
      adding((read) => read.length >= 10),
      saying(letters(12)),
    );
    const never = lawOf(
      adding((read) => read.includes(0)),
      saying('k\0l'),
    );

    expect(saidOf(whole, 'cuts')).toEqual([
      'Sent in several writes, 10 ms apart, it is right (in two and in four).',
    ]);
    expect(saidOf(never, 'cuts')).toEqual([
      'Sent in several writes, 10 ms apart, it fails too (in two and a byte at a time).',
    ]);
  });

  test('a FIN right behind it makes a difference, or none', () => {
    const client = 'A';
    const steps: SpokenStep[] = [
      { do: 'connect', client },
      { do: 'send', client, payload: payloadOf('hello') },
      { do: 'await-end', client, by: 'any', before: { kind: 'due' }, leaves: true },
    ];
    const law = lawOf(
      adding((_, { hasFin }) => hasFin),
      steps,
      { asWritten: true },
    );

    expect(saidOf(law, 'ends')).toEqual(['With the FIN only after the reply, it is right.']);
    expect(saidOf(law, 'length')[0]).toContain('fail with FIN right behind them');
  });
});

describe('company', () => {
  const pair: SpokenStep[] = [
    { do: 'connect', client: 'A' },
    { do: 'connect', client: 'B' },
    { do: 'send', client: 'B', payload: payloadOf('hello') },
    receiveDue('B'),
  ];

  test('it takes another client', () => {
    const law = lawOf(
      adding((_, { company }) => company() > 1),
      pair,
      { asWritten: true },
    );

    expect(saidOf(law, 'company')).toEqual([
      'It takes 2 clients: what each of A and B does is right alone. One after another, each leaving before the next comes, they are right. Beside one that has only connected and says nothing, what B does fails.',
    ]);
  });

  test('what one client says fails alone: that is looked into', () => {
    const law = lawOf(
      adding(() => true),
      pair,
      { asWritten: true },
    );

    expect(saidOf(law, 'company')).toEqual([]);
    expect(saidOf(law, 'length')[0]).toContain('Messages of every size tried fail');
  });
});

test('the same law is not looked for twice', () => {
  const known = new Map<string, Law>();
  const begin = adding(({ length }) => length >= 100);
  const first = lawOf(begin, saying(letters(100)), { known });
  const server = new SimulatedServer(begin);

  const second = heldOn(server, investigate(subjectOf(saying(letters(4000)), { known })));

  expect(second).toBe(first);
  expect(server.held.length).toBeLessThan(10);
});

test('the same server leads to the same experiments', () => {
  const experiments = (): unknown[] => {
    const server = new SimulatedServer(adding(({ length }) => length === 512));
    heldOn(server, investigate(subjectOf(saying(letters(512)))));
    return server.held;
  };

  expect(experiments()).toEqual(experiments());
});

test('where no more can be held, what was finished is told and nothing else', () => {
  const begin = adding(({ length }) => length >= 777);
  for (const most of [0, 1, 5, 20, 60]) {
    const trying = investigate(subjectOf(saying(letters(4000))));
    const law = heldOn(new SimulatedServer(begin), trying, most);

    for (const { says } of law?.respects ?? []) expect(says).toContain('777');
  }
});
