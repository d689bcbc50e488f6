// What programs that take bytes for text do to them.
import { behaviour } from '../behaviour.ts';
import { nth, repliedIn } from '../checks/first-checks.ts';
import type { Messages } from '../given.ts';
import {
  alsoByRead,
  comesBack,
  conversation,
  each,
  isHigh,
  someByte,
  someMessage,
} from './comes-back.ts';

/** Words that some servers obey instead of sending them back. */
const specialWords = [
  ...['quit', 'exit', 'bye', 'close', 'stop', 'shutdown', 'logout', 'q', '.', 'QUIT', 'help'],
  ...['%s%s%s', '%d %x', '%n', '100%', '\\n', '\\0', '$HOME', '`id`', '"', "'", ';', '#', '<b>'],
  ...['GET / HTTP/1.0', 'PING', 'EOF', 'null', 'undefined', '-1', '{}', '\u001b[0m'],
];

/** What makes a part of one special is enough: `%s` of `%s%s%s`. */
function holdsSpecialWord(bytes: Buffer): boolean {
  const text = bytes.toString('latin1');
  return /[%\\$]\w/u.test(text) || specialWords.some((word) => text.includes(word));
}

/** What is no UTF-8 does not come back from text. */
const isUtf8 = (bytes: Buffer): boolean => Buffer.from(bytes.toString('utf8')).equals(bytes);

const isAllText = (messages: Messages): boolean => messages.every(({ bytes }) => isUtf8(bytes));

export const text = [
  behaviour({
    ...comesBack,
    id: 'payload/nul-bytes',
    needs: ['payload/answers'],
    requirement: 'The server treats the byte 0 like any other.',
    hint: 'strlen(), strcpy() or printf("%s") on received bytes: they end at the first NUL.',
    given: {
      kind: 'conversation',
      isToThePoint: someByte((byte) => byte === 0),
      examples: () => [conversation(['k\0l', '\0', 'kl\0', '\0kl', '\0\0\0\0'])],
    },
  }),

  behaviour({
    ...comesBack,
    ...alsoByRead,
    id: 'payload/line-endings',
    requirement: 'CR, LF, CRLF and empty lines come back as they were sent, and none is added.',
    hint: 'A line reader or a text mode changes line endings; send back the bytes that were read.',
    checkFirst: repliedIn(nth.line),
    given: {
      kind: 'conversation',
      isToThePoint: someByte((byte) => byte === 0x0a || byte === 0x0d),
      examples: () => [
        conversation(['klm\n', 'klm\r\n', 'klm\r', 'k\nl', 'k\r\nl\r\nm', 'k\rl', '\n\rk']),
        conversation(['\n', '\r\n', '\r', '\n\n', '\r\n\r\n', 'klm\n\n', 'klm\n\nopq\n', 'klm']),
      ],
    },
  }),

  behaviour({
    ...comesBack,
    ...alsoByRead,
    id: 'payload/keeps-blanks',
    requirement: 'Spaces and tabs come back, at the beginning, at the end and alone.',
    hint: 'trim(), strip() or scanf("%s") on what was received.',
    given: {
      kind: 'conversation',
      isToThePoint: someByte((byte) => [0x20, 0x09, 0x0b, 0x0c].includes(byte)),
      examples: () => [
        conversation([' klm', 'klm ', '  klm  ', '\tklm\t', ' ', '\t', '   ', 'k l', 'k  l']),
        conversation([' klm\n', 'klm \n', '\v\f', 'klm\v', '\fklm']),
      ],
    },
  }),

  behaviour({
    ...comesBack,
    ...alsoByRead,
    id: 'payload/utf8-text',
    requirement: 'Text in UTF-8 comes back byte for byte, whichever letters it holds.',
    hint: 'Bytes were decoded, changed as text and encoded again; work on bytes.',
    given: {
      kind: 'conversation',
      isToThePoint: (messages) => isAllText(messages) && someByte(isHigh)(messages),
      examples: () => [
        conversation([
          'Ünïcödé',
          'ß',
          'İıſK',
          'Ωσς',
          'ünter\n',
          '你好',
          '👋🏽',
          '\ufeffabc',
          'é',
          'é',
        ]),
      ],
    },
  }),

  behaviour({
    ...comesBack,
    ...alsoByRead,
    id: 'payload/invalid-utf8',
    requirement: 'Bytes that are not valid UTF-8 come back as they were sent.',
    hint: 'Received bytes are decoded as UTF-8: what does not decode is replaced, dropped or throws.',
    given: {
      kind: 'conversation',
      isToThePoint: someMessage((bytes) => !isUtf8(bytes)),
      examples: () => [
        each([0x80, 0xff, 0xc3, 0xfe]),
        conversation(
          ['c328', 'e282', 'f09f98', 'c0af', 'eda080', 'f8888080', '62ff63', 'fffe6263'].map(
            (hex) => Buffer.from(hex, 'hex'),
          ),
        ),
      ],
    },
  }),

  behaviour({
    ...comesBack,
    ...alsoByRead,
    id: 'payload/no-word-is-special',
    needs: ['payload/line-endings'],
    requirement: 'No word is a command: each comes back, and the conversation goes on.',
    hint: 'Received text is compared with a command, or used as a format string: printf(buffer).',
    given: {
      kind: 'conversation',
      isToThePoint: someMessage(holdsSpecialWord),
      examples: () => [
        conversation(specialWords),
        conversation(specialWords.slice(0, 11).map((word) => `${word}\n`)),
      ],
    },
  }),
];
