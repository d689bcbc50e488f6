import { mapBytes, type Contract } from './contract.ts';

const table = Uint8Array.from({ length: 256 }, (_, byte) => (byte - 0x20) & 0xff);

/** What a program does that means to raise letters and forgets to look whether it has one. */
export const byteShift: Contract = {
  id: 'byte-shift',
  title: 'byte shift by 32',
  summary: 'Every byte comes back lowered by 32, modulo 256, in order: a to z as A to Z.',
  reference: 'RFC 862, with 32 taken from each byte modulo 256',
  opening: 'client',
  replies: 'by-byte',
  reply: mapBytes(table),
  changes: 'every-byte',
  ending: null,
  serves: 'many',
  halfClose: true,
};
