import type { Contract } from './contract.ts';

const nul = Buffer.of(0);

/** An echo that takes what it reads for a C string: what stands behind the first NUL is lost. */
export const cStringEcho: Contract = {
  id: 'c-string-echo',
  title: 'C-string echo',
  summary: 'What one read brings comes back up to its first NUL, and a NUL after it.',
  reference: 'RFC 862, with messages as C strings (ISO C, 7.1.1: a string ends at its first NUL)',
  opening: 'client',
  replies: 'by-read',
  reply(request) {
    const end = request.indexOf(0);
    return Buffer.concat([end < 0 ? request : request.subarray(0, end), nul]);
  },
  changes: 'nothing',
  ending: null,
  serves: 'many',
  halfClose: true,
};
