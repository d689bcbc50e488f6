// Mistakes of C that end a string within what was read, while the count of the read is sent.
import { forms, text, type Form, type Rewrite } from './rewrite.ts';

/** What strtok() is told to part words or lines by, and what that is called. */
const separators: readonly (readonly [set: string, called: string])[] = [
  ['\n', 'LF'],
  ['\r\n', 'CR or LF'],
  [' ', 'space'],
  [' \n', 'space or LF'],
  [' \r\n', 'space, CR or LF'],
  [' \t\r\n', 'space, tab, CR or LF'],
];

/** Ends the first token at the separator behind it, or each token: strtok(3) skips separators that come in a row. */
const cutting = ([set, called]: (typeof separators)[number]): readonly Form[] => {
  const first = new RegExp(`^([${set}]*[^${set}]+)[${set}]`);
  const each = new RegExp(`([^${set}]+)[${set}]`, 'g');
  return [
    [
      `puts a NUL in the place of the ${called} that ends its first token`,
      text((one) => one.replace(first, '$1\0')),
    ],
    [
      `puts a NUL in the place of each ${called} behind another byte`,
      text((one) => one.replace(each, '$1\0')),
    ],
  ];
};

/** NULs that C strings end with, in a message that is sent at its whole length. */
export const stringRewrites: readonly Rewrite[] = forms(
  'ends-strings-in-the-message',
  ['puts a NUL in the place of its first CR or LF', text((one) => one.replace(/[\r\n]/, '\0'))],
  ['puts a NUL in the place of its first LF', text((one) => one.replace('\n', '\0'))],
  ['puts a NUL in the place of the LF at its end', text((one) => one.replace(/\n$/, '\0'))],
  ['puts NULs in the place of the CR LF at its end', text((one) => one.replace(/\r\n$/, '\0\0'))],
  [
    'puts a NUL for each CR and LF at its end',
    text((one) => one.replace(/[\r\n]+$/, (end) => '\0'.repeat(end.length))),
  ],
  ['puts a NUL in the place of its last byte', text((one) => one.replace(/[^]$/, '\0'))],
  ...separators.flatMap(cutting),
);
