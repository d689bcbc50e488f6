// Mistakes about the byte behind another: a state machine takes a byte value for the escape of some protocol, and makes
// something else of what follows it. Which byte, and what becomes of the next, is read off a failing conversation.
import type { Finding } from '../../events/events.ts';
import { isWhole, type Exchange } from '../exchanges.ts';
import type { Rewrite } from './rewrite.ts';

/** What becomes of the byte behind the escape, and whether the escape itself comes back. */
interface Form {
  /** With `{byte}` for the escape, the server its subject. */
  readonly does: string;
  readonly keepsEscape: boolean;
  /** The reply to the byte behind it: `raw` as it was sent, `due` as the contract has it; undefined for none. */
  readonly behind: (raw: number, due: number) => number | undefined;
}

/** The rewrites that one failing turn suggests; `reply` is what the contract makes of bytes. */
export function escapesLearnedFrom({ sent, received }: Exchange, reply: Mapping): Rewrite[] {
  if (!isWhole(sent) || !isWhole(received) || sent.length < 2) return [];
  const [raw, came] = [sent.head, received.head];
  return learned(raw, came, reply).filter(({ of }) => of(raw, []).equals(came));
}

/** As {@link escapesLearnedFrom}, of a long reply: bytes that were due, and those that came, from where it is wrong first. */
export function escapesLearnedWithin(
  { at, expected, observed }: Extract<Finding, { kind: 'bytes' }>,
  reply: Mapping,
): Rewrite[] {
  const [due, came] = [expected, observed].map(({ hex, offset }) =>
    Buffer.from(hex, 'hex').subarray(Math.max(0, at - offset - 1)),
  );
  if (due === undefined || came === undefined || came.length < fewestKept) return [];
  return learned(due, came, reply).filter(({ of }) => {
    const foretold = of(due, []);
    const common = Math.min(foretold.length, came.length);
    return foretold.subarray(0, common).equals(came.subarray(0, common));
  });
}

type Mapping = (request: Buffer) => Buffer;

/** So many bytes of a reply tell what goes on behind the first that is wrong. */
const fewestKept = 4;

function learned(raw: Buffer, came: Buffer, reply: Mapping): Rewrite[] {
  const due = reply(raw);
  // A reply that only stops says nothing of what would stand behind.
  const isBegun = due.subarray(0, came.length).equals(came);
  if (due.length !== raw.length || isBegun) return [];
  // The first byte that differs stands behind the escape, or in its place where that was left out.
  const at = raw.findIndex((_, place) => due[place] !== came[place]);
  const escapes = new Set([raw[at - 1], raw[at]].filter(isLikeAnEscape));
  const forms = formsOf(due, came, at);
  return [...escapes].flatMap((escape) => forms.flatMap((form) => written(escape, form, reply)));
}

/** No protocol and no language escapes by a letter, a digit or a space. */
const isLikeAnEscape = (byte: number | undefined): byte is number =>
  byte !== undefined && !/[\w ]/u.test(String.fromCharCode(byte));

/** What may become of the byte behind an escape, where `came` differs from what was `due` at `at` first. */
function formsOf(due: Buffer, came: Buffer, at: number): Form[] {
  const [other = 0, own = 0, next = 0] = [came[at], due[at], due[at + 1]];
  const flipped = (bits: number): string => `flips the bits ${named(bits)} of the byte`;
  const [kept, dropped] = [own ^ other, next ^ other];
  return [
    {
      does: 'leaves the byte behind each {byte} as it is',
      keepsEscape: true,
      behind: (byte) => byte,
    },
    {
      does: 'leaves out the byte behind each {byte}',
      keepsEscape: true,
      behind: () => undefined,
    },
    {
      does: 'leaves out each {byte} and the byte behind it',
      keepsEscape: false,
      behind: () => undefined,
    },
    {
      does: `${flipped(kept)} behind each {byte}`,
      keepsEscape: true,
      behind: (_, byte) => byte ^ kept,
    },
    // Where nothing is flipped only the escape is left out, which is another mistake.
    ...(dropped === 0
      ? []
      : [
          {
            does: `leaves out each {byte} and ${flipped(dropped)} behind it`,
            keepsEscape: false,
            behind: (_: number, byte: number) => byte ^ dropped,
          },
        ]),
    {
      does: `sends ${named(other)} for the byte behind each {byte}`,
      keepsEscape: true,
      behind: () => other,
    },
  ];
}

/** A form of one escape: where that ends a message, what it befalls may be the first byte of the next, or none. */
function written(escape: number, { does, keepsEscape, behind }: Form, reply: Mapping): Rewrite[] {
  /** Whether a byte that follows these stands behind an escape. */
  const isOpenBehind = (bytes: Buffer): boolean => {
    let isOpen = false;
    for (const byte of bytes) isOpen = !isOpen && byte === escape;
    return isOpen;
  };
  const of = (read: Buffer, isBehindOne: boolean): Buffer => {
    const due = reply(read);
    let isOpen = isBehindOne;
    const bytes: number[] = [];
    for (const [place, byte] of read.entries()) {
      const own = due[place] ?? byte;
      const said = isOpen ? behind(byte, own) : byte === escape && !keepsEscape ? undefined : own;
      if (said !== undefined) bytes.push(said);
      isOpen = !isOpen && byte === escape;
    }
    return Buffer.from(bytes);
  };
  const words = does.replace('{byte}', named(escape));
  const given = {
    cause: 'takes-a-byte-for-an-escape',
    isFinal: true,
    probes: ['k{}lm', '{}qr', 'q{}{}rs', 'kl{}'].map((text) =>
      Buffer.from(text.replaceAll('{}', String.fromCharCode(escape)), 'latin1'),
    ),
  } as const;
  return [
    {
      ...given,
      does: `${words}, also where that comes with the next message`,
      of: (read, past) => of(read, isOpenBehind(Buffer.concat([...past]))),
    },
    { ...given, does: words, of: (read) => of(read, false) },
  ];
}

const named = (byte: number): string => `0x${byte.toString(16).padStart(2, '0')}`;
