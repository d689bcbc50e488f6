// Bytes in words: how many, as hexadecimal digits, and as text where all that is shown of them is printable.

const shownBytes = 24;

/** The beginning of some bytes, and how many they are. */
export interface Shown {
  readonly head: Buffer;
  readonly length: number;
}

/** `3 bytes`. */
export const countedBytes = (count: number): string => (count === 1 ? '1 byte' : `${count} bytes`);

/** `61 62 63 (“abc”)`: the first of them, and as text where that is printable ASCII. */
export function quotedBytes(shown: Shown): string {
  const window = shown.head.subarray(0, shownBytes);
  const text = window.toString('latin1');
  const isPrintable = /^[\x20-\x7e]+$/u.test(text);
  const more = shown.length > window.length ? ' …' : '';
  return `${hexDigits(shown)}${isPrintable ? ` (“${text}${more}”)` : ''}`;
}

/** `61 62 63`, the first of them. */
export function hexDigits({ head, length }: Shown): string {
  const window = head.subarray(0, shownBytes);
  const more = length > window.length ? ' …' : '';
  return `${window.toString('hex').replace(/..(?=.)/gu, '$& ')}${more}`;
}

/** Whether all of them are shown. */
export const isAllShown = ({ length }: Shown): boolean => length <= shownBytes;
