import { expect, test } from 'vitest';
import { nearestNames } from './nearest-names.ts';

const names = ['payload/nul-bytes', 'payload/megabytes', 'payload/any-text', 'payload/answers'];

test.each<[string, string[]]>([
  ['payload/nul-byte', ['payload/nul-bytes']],
  ['payload/nul', ['payload/nul-bytes']],
  ['payload/any-txt', ['payload/any-text']],
  ['payload/an', ['payload/answers', 'payload/any-text']],
  ['zebra', []],
])('whoever typed %j may have meant %j', (typed, meant) => {
  expect(nearestNames(typed, names)).toEqual(meant);
});
