// One value of a script that somebody wrote, and what is said when it is not what was expected.
import type { BeforeEnd, EndBy, Payload } from '../conversation.ts';
import { scriptLimits } from './script-limits.ts';

/** What was given is no script; the message has the place of the mistake, as `steps[2].hex`. */
export class InvalidScript extends Error {
  override readonly name = 'InvalidScript';

  constructor(place: string, wrong: string) {
    super(place === '' ? `The script ${wrong}` : `${place}: ${wrong}`);
  }
}

/** An object whose fields nobody has looked at yet. */
export type Fields = Readonly<Record<string, unknown>>;

/** The ways in which bytes are written. */
export const bytesKeys = ['text', 'hex', 'bytes'];
export const bytesFields = [...bytesKeys, 'times'];

/** The bytes that are written there. */
export function readBytes(written: Fields, place: string): Payload {
  const ways = bytesKeys.filter((key) => key in written);
  if (ways.length !== 1) throw new InvalidScript(place, `${oneOf(bytesKeys)}, ${listed(ways)}.`);
  const { text, hex, bytes: list } = written;
  if ('text' in written && typeof text !== 'string') {
    throw new InvalidScript(`${place}.text`, `expected text in quotes, ${found(text)}.`);
  }
  if ('hex' in written && !(typeof hex === 'string' && /^(?:[\da-f]{2}\s*)*$/iu.test(hex))) {
    throw new InvalidScript(
      `${place}.hex`,
      `expected two hexadecimal digits a byte, as "0d 0a"; ${found(hex)}.`,
    );
  }
  if ('bytes' in written && !isByteList(list)) {
    throw new InvalidScript(
      `${place}.bytes`,
      `expected a list of whole numbers from 0 to 255, ${found(list)}.`,
    );
  }
  const times =
    'times' in written ? wholeNumber(written, 'times', place, 1, scriptLimits.times) : 1;
  const bytes = bytesIn(written);
  const byteCount = bytes.length * times;
  if (byteCount === 0) throw new InvalidScript(place, 'expected at least one byte, found none.');
  within(byteCount, scriptLimits.stepBytes, place, 'bytes in a step');
  return { bytes, times };
}

/** The bytes, once, in whichever of the ways they are written. */
function bytesIn({ text, hex, bytes }: Fields): Buffer {
  if (typeof text === 'string') return Buffer.from(text);
  if (typeof hex === 'string') return Buffer.from(hex.replace(/\s+/gu, ''), 'hex');
  return Buffer.from(bytes as readonly number[] | Uint8Array);
}

function isByteList(value: unknown): boolean {
  if (value instanceof Uint8Array) return true;
  const isByte = (one: unknown): boolean =>
    Number.isInteger(one) && (one as number) >= 0 && (one as number) <= 255;
  return Array.isArray(value) && value.every(isByte);
}

/** The whole number under `key`. */
export function wholeNumber(
  fields: Fields,
  key: string,
  place: string,
  least: number,
  most: number,
): number {
  const value = fields[key];
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) {
    return value;
  }
  throw new InvalidScript(
    `${place}.${key}`,
    `expected a whole number from ${least} to ${most}, ${found(value)}.`,
  );
}

/** `value` as an object; `expected` is what the author is told when it is none. */
export function fieldsOf(value: unknown, place: string, expected: string): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  throw new InvalidScript(place, place === '' ? expected : `${expected}; ${found(value)}.`);
}

/** Refuses what is misspelt: a field that is not read would be believed to hold. */
export function refuseUnknown(fields: Fields, known: readonly string[], place: string): void {
  const unknown = Object.keys(fields).find((key) => !known.includes(key));
  if (unknown === undefined) return;
  const where = place === '' ? unknown : `${place}.${unknown}`;
  throw new InvalidScript(where, `is not known here; there are ${known.join(', ')}.`);
}

/** Holds a count to its limit. */
export function within(count: number, most: number, place: string, what: string): void {
  if (count > most) throw new InvalidScript(place, `more than ${most} ${what}.`);
}

export const oneOf = (keys: readonly string[]): string => `expected one of ${keys.join(', ')}`;
export const listed = (keys: readonly string[]): string =>
  keys.length === 0 ? 'found none of them' : `found ${keys.join(' and ')}`;

const shownCharacters = 40;

/** What stood there instead, cut short. */
export function found(value: unknown): string {
  if (value === undefined) return 'found nothing';
  const text = asJson(value);
  if (text === undefined) return `found a ${typeof value}`;
  return `found ${text.length > shownCharacters ? `${text.slice(0, shownCharacters)}…` : text}`;
}

/** Undefined for what JSON cannot say: a program may put anything into a script. */
function asJson(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}

/** Where `step` is cut; undefined when it is not. */
export function readCuts(
  { cuts }: Fields,
  place: string,
  byteCount: number,
): readonly number[] | undefined {
  if (cuts === undefined) return undefined;
  if (!Array.isArray(cuts)) {
    throw new InvalidScript(`${place}.cuts`, `expected a list of offsets, ${found(cuts)}.`);
  }
  within(cuts.length, scriptLimits.cuts, `${place}.cuts`, 'cuts');
  let before = 0;
  return cuts.map((cut: unknown, index): number => {
    const isOffset = typeof cut === 'number' && Number.isInteger(cut);
    if (!isOffset || cut <= before || cut >= byteCount) {
      const range = `from ${before + 1} to ${byteCount - 1}`;
      throw new InvalidScript(
        `${place}.cuts[${index}]`,
        `expected an offset ${range}, ascending within the ${byteCount} bytes; ${found(cut)}.`,
      );
    }
    before = cut;
    return cut;
  });
}

/** How the server has to end its side, and what may come before. */
export function readEnd(
  { by = 'either', ignored = false }: Fields,
  place: string,
): { readonly by: EndBy; readonly before: BeforeEnd } {
  if (by !== 'fin' && by !== 'reset' && by !== 'either') {
    throw new InvalidScript(`${place}.by`, `expected "fin", "reset" or "either", ${found(by)}.`);
  }
  if (typeof ignored !== 'boolean') {
    throw new InvalidScript(`${place}.ignored`, `expected true or false, ${found(ignored)}.`);
  }
  return { by, before: ignored ? 'anything' : 'nothing' };
}
