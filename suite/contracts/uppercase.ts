import { mapBytes, type Contract } from './contract.ts';

const table = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte >= 0x61 && byte <= 0x7a ? byte - 0x20 : byte,
);

/** Only a–z change, so that text in any encoding that extends ASCII survives. */
export const uppercase: Contract = {
  id: 'uppercase',
  title: 'uppercase',
  summary: 'The letters a to z come back as A to Z, every other byte as it was sent, in order.',
  reference: 'RFC 862, with the ASCII letters a to z raised (RFC 20)',
  opening: 'client',
  replies: 'by-byte',
  reply: mapBytes(table),
  changes: 'ascii-letters',
  ending: null,
  serves: 'many',
  halfClose: true,
};
