// Servers that speak when a person types at them.
import type { Contract } from './contract.ts';

const frameBytes = 500;

export const operatorLines: Contract = {
  id: 'operator-lines',
  title: 'operator’s lines',
  summary:
    'Each line typed at the server goes out raw, without its line ending; then the client has its turn.',
  reference: 'the contract’s promise, over RFC 9293 as it is',
  opening: 'server',
  replies: 'by-operator',
  reply: (line) => line,
  changes: 'nothing',
  ending: null,
  serves: 'one-at-a-time',
  halfClose: true,
  turns: 'strict',
};

export const operatorFrames: Contract = {
  id: 'operator-frames',
  title: 'operator’s frames',
  summary: `Each line typed at the server goes out as ${frameBytes} bytes: its text, a NUL, and zeros.`,
  reference: 'the contract’s promise, over RFC 9293 as it is',
  opening: 'server',
  replies: 'by-operator',
  reply(line) {
    const frame = Buffer.alloc(frameBytes);
    line.copy(frame, 0, 0, frameBytes - 1);
    return frame;
  },
  changes: 'nothing',
  ending: { word: Buffer.from('end'), match: 'message', replied: true, ignoresCase: false },
  serves: 'one-at-a-time',
  halfClose: true,
  turns: 'free',
  frameBytes,
};
