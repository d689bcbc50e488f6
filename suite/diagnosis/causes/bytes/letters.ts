// Mistakes about letters: which are raised, and which bytes are taken for letters.
import { byRewrite } from '../../by-rewrite.ts';
import type { Card, CauseRule } from '../../cause.ts';
import type { Failure } from '../../evidence.ts';
import { idsWhere } from '../../reading.ts';

const cards = [
  {
    id: 'raises-nothing',
    title: 'Letters are not upper-cased',
    sign: 'Messages come back as they were sent, or in small letters.',
    mistake:
      'The result of toupper() or upper() is not used (a string is not changed in place), or the old buffer is sent.',
    mend: 'raise-a-to-z',
  },
  {
    id: 'changes-letters',
    title: 'An echo changes letters',
    sign: 'Messages come back in capitals or in small letters.',
    mistake:
      'upper(), lower() or toupper() is called on what should go back as it came. If upper-casing letters is meant, test it with --contract uppercase.',
    mend: 'raise-nothing',
  },
  {
    id: 'lowers-every-byte',
    title: '32 is subtracted from every byte, letter or not',
    sign: 'Spaces come back as NULs, digits as control bytes, capitals as punctuation.',
    mistake:
      'buffer[i] -= 32 (or ^= 32) without a test: it makes capitals of small letters and damages everything else.',
    mend: 'raise-a-to-z',
  },
  {
    id: 'takes-32-from-capitals',
    title: 'Capitals are changed as if they were small letters',
    sign: 'Small letters are upper-cased correctly; A comes back as !, Q as 1.',
    mistake:
      "isalpha(), or a range that begins at 'A', where islower() was meant: 32 is subtracted from capitals as well.",
    mend: 'raise-a-to-z',
  },
  {
    id: 'clears-bit-5',
    title: 'Bit 5 is cleared in bytes that are not letters',
    sign: 'Spaces come back as NULs, digits as control bytes; capitals are right.',
    mistake: 'buffer[i] & ~0x20 (or & 0xdf) without a test for a to z.',
    mend: 'raise-a-to-z',
  },
  {
    id: 'letter-range-is-wrong',
    title: 'The range of letters begins or ends at the wrong place',
    sign: 'a or z is left as it is, or ` or { is upper-cased as well.',
    mistake:
      "An end of the range is missed or overrun: > 'a', < 'z', <= '{', or a range without an upper end.",
    mend: 'raise-a-to-z',
  },
  {
    id: 'swaps-case',
    title: 'Capitals are lower-cased as well',
    sign: 'Small letters come back as capitals and capitals as small letters.',
    mistake: 'swapcase() or ^ 0x20 on every letter.',
    mend: 'raise-a-to-z',
  },
  {
    id: 'raises-high-bytes',
    title: 'Bytes above 0x7f are upper-cased as Latin-1 letters',
    sign: 'Bytes from 0xe0 on come back 32 lower, so that UTF-8 text is damaged.',
    mistake:
      'toupper() in a Latin-1 locale, or upper-casing of a string that was decoded as Latin-1.',
    mend: 'raise-bytes-not-text',
  },
  {
    id: 'raises-unicode-letters',
    title: 'Letters beyond a to z are upper-cased',
    sign: 'é comes back as É, ß as SS: other bytes, and sometimes more of them.',
    mistake:
      'The message is decoded and upper-cased as text (str.upper(), toUpperCase(), bytes.ToUpper()), which knows all alphabets, and may go by the rules of the machine’s language: in Turkish i becomes İ.',
    mend: 'raise-bytes-not-text',
  },
  {
    id: 'answers-only-what-changes',
    title: 'A message in which no letter is to be raised is not answered',
    sign: 'Messages with small letters are answered; digits, capitals, blanks and line endings alone are not.',
    mistake:
      'What is sent is the result of a method that gives nothing where it changed nothing (upcase! in Ruby gives nil), or a reply is sent only where it differs from the message.',
    mend: 'raise-a-to-z',
  },
] as const satisfies readonly Card[];

const raisesAPart = {
  id: 'raises-a-part-only',
  title: 'Only a part of each message is upper-cased',
  sign: 'The first letter or the first words are capitals, the rest is as it came.',
  mistake:
    'The loop ends early: at a space, at a newline, at a fixed count; or capitalize() is called.',
  mend: 'raise-a-to-z',
} as const satisfies Card;

/** From some place on the reply is what was sent, not raised. */
function isRawBehind({ finding }: Failure): boolean {
  if (finding.kind !== 'bytes') return false;
  const due = Buffer.from(finding.expected.hex, 'hex').toString('latin1');
  const came = Buffer.from(finding.observed.hex, 'hex').toString('latin1');
  const length = Math.min(due.length, came.length);
  return length > 0 && due !== came && due.slice(0, length) === came.slice(0, length).toUpperCase();
}

const raisesTheBeginning = {
  ...raisesAPart,
  matches: (evidence) => {
    const explains =
      evidence.changes === 'ascii-letters'
        ? idsWhere(evidence, isRawBehind, ['payload/every-size'])
        : [];
    const [first] = explains.flatMap((id) => evidence.failure(id) ?? []);
    if (first?.finding.kind !== 'bytes' || first.finding.at < 256) {
      return byRewrite(raisesAPart).matches(evidence);
    }
    return {
      confidence: explains.length >= 3 ? 'certain' : 'likely',
      shows: `Up to byte ${first.finding.at.toLocaleString('en')} of the reply letters are upper-cased; from there on they come back as they were sent.`,
      explains,
    };
  },
} as const satisfies CauseRule;

export const letterCauses = [...cards.map(byRewrite), raisesTheBeginning];
