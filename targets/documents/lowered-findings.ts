// What the uppercase servers of document 002 have in common: one transform, and one look for the word.
import type { ExpectedFailure } from './card.ts';

/** What a run finds of a server that lowers every byte by 32 before it looks for its ending word. */
export const loweredFindings: readonly ExpectedFailure[] = [
  {
    behaviour: 'payload/forgets-earlier-messages',
    why: 'a space in a message is lowered to a NUL',
  },
  { behaviour: 'payload/nul-bytes', why: '0 lowered by 32 is 0xe0' },
  { behaviour: 'payload/line-endings', why: 'LF lowered by 32 is 0xea, CR is 0xed' },
  { behaviour: 'payload/keeps-blanks', why: 'a space lowered by 32 is a NUL' },
  {
    behaviour: 'payload/utf8-text',
    why: 'the bytes of characters beyond ASCII are lowered by 32',
  },
  { behaviour: 'payload/invalid-utf8', why: 'bytes from 0x80 on are lowered by 32' },
  {
    behaviour: 'payload/each-byte-value-alone',
    why: 'every byte is lowered by 32, and only for a to z is that right',
  },
  {
    behaviour: 'payload/all-byte-values-together',
    why: 'every byte is lowered by 32, and only for a to z is that right',
  },
  {
    behaviour: 'payload/any-text',
    why: 'every byte is lowered by 32, and only for a to z is that right',
  },
  {
    behaviour: 'payload/any-bytes',
    why: 'every byte is lowered by 32, and only for a to z is that right',
  },
  {
    behaviour: 'payload/raises-every-letter',
    why: 'a to z come out right, A to Z are lowered by 32',
  },
  {
    behaviour: 'payload/leaves-other-ascii-alone',
    why: 'digits, punctuation, spaces and control bytes are lowered by 32',
  },
  { behaviour: 'payload/leaves-high-bytes-alone', why: 'bytes from 0x80 on are lowered by 32' },
  {
    behaviour: 'stream/many-messages-in-one-write',
    why: 'the line endings between the messages are lowered by 32',
  },
  {
    behaviour: 'end-word/closes',
    why: 'the word is looked for after the transform: a typed end has become END by then',
  },
];
