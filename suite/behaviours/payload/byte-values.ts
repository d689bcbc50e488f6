// Each byte value, and what becomes of letters where a contract raises them.
import { behaviour, type BehaviourDeclaration } from '../behaviour.ts';
import { nth, repliedIn } from '../checks/first-checks.ts';
import {
  alsoByRead,
  bytesFrom,
  comesBack,
  conversation,
  each,
  isHigh,
  run,
  someByte,
  someMessage,
} from './comes-back.ts';

const isLetter = (byte: number): boolean => /[a-z]/iu.test(String.fromCharCode(byte));

const onlyUppercase: NonNullable<BehaviourDeclaration['skipWhen']> = ({ changes }) =>
  changes === 'ascii-letters' ? undefined : 'only for contracts that change letters';

export const byteValues = [
  behaviour({
    ...comesBack,
    ...alsoByRead,
    id: 'payload/each-byte-value-alone',
    requirement: 'Each of the 256 byte values, as a message of its own, is answered as it must be.',
    hint: 'A byte treated as an end (0xff for EOF in a char, 0x04, 0x1a), or a sign lost in a char.',
    given: {
      kind: 'conversation',
      isToThePoint: (messages) => messages.every(({ bytes }) => bytes.length === 1),
      examples: () => bytesFrom(0, 15).map((nth) => each(bytesFrom(16 * nth, 16 * nth + 15))),
    },
  }),

  behaviour({
    ...comesBack,
    id: 'payload/all-byte-values-together',
    requirement: 'A message of all 256 byte values is answered with every one of them, in order.',
    hint: 'Some byte values are dropped, doubled or translated.',
    checkFirst: repliedIn(nth.allBytes),
    given: {
      kind: 'conversation',
      isToThePoint: someMessage((bytes) => new Set(bytes).size > 1),
      examples: () => [
        conversation([Buffer.from(bytesFrom(0, 255))]),
        conversation([Buffer.from(bytesFrom(0, 255).reverse())]),
      ],
    },
  }),

  behaviour({
    ...comesBack,
    id: 'payload/raises-every-letter',
    requirement: 'Each letter from a to z comes back as its capital, each capital as it is.',
    hint: "The range misses an end (< 'z'), or only the first letters of a message are upper-cased.",
    skipWhen: onlyUppercase,
    given: {
      kind: 'conversation',
      isToThePoint: someByte(isLetter),
      examples: () => [
        conversation(['abcdefghijklmnopqrstuvwxyz', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'aBcDeFgHiJ']),
        each(bytesFrom(0x61, 0x7a)),
        each(bytesFrom(0x41, 0x5a)),
        conversation(['a quick brown fox', 'xyz', run(3000)]),
      ],
    },
  }),

  behaviour({
    ...comesBack,
    id: 'payload/leaves-other-ascii-alone',
    requirement: 'Digits, punctuation, spaces and control bytes come back unchanged.',
    hint: '32 is subtracted from, or bit 5 cleared in, bytes that are not letters: test for a to z first.',
    skipWhen: onlyUppercase,
    checkFirst: repliedIn(nth.line),
    given: {
      kind: 'conversation',
      isToThePoint: someByte((byte) => !isHigh(byte) && !isLetter(byte)),
      examples: () => [
        each(bytesFrom(0x20, 0x40)),
        each([...bytesFrom(0x5b, 0x60), ...bytesFrom(0x7b, 0x7f)]),
        each(bytesFrom(0x00, 0x1f)),
        conversation(['123 456\n', '1-2', '[7]{8}`9`', '@ @', '\t1,5\r\n']),
      ],
    },
  }),

  behaviour({
    ...comesBack,
    id: 'payload/leaves-high-bytes-alone',
    requirement: 'Each byte from 0x80 to 0xff comes back unchanged.',
    hint: 'toupper() on a signed char, or a Latin-1 or Unicode upper-casing of bytes.',
    skipWhen: onlyUppercase,
    given: {
      kind: 'conversation',
      isToThePoint: someByte(isHigh),
      examples: () => bytesFrom(8, 15).map((nth) => each(bytesFrom(16 * nth, 16 * nth + 15))),
    },
  }),
];
