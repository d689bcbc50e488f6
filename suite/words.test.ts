import { describe, expect, it } from 'vitest';
import { echo } from './contracts/echo.ts';
import { uppercase } from './contracts/uppercase.ts';
import { message } from './given.ts';
import { tell } from './words.ts';

describe('a counterexample in words', () => {
  it('tells each segment of a conversation and what is owed for it', () => {
    const conversation = [message('ab'), { bytes: Buffer.from('xyz'), cuts: [1] }];

    expect(tell({ kind: 'conversation', conversation }, echo)).toEqual([
      'client A connects',
      'A sends 2 bytes 61 62 (“ab”) and expects the same back',
      'A sends 1 byte 78 (“x”) and expects the same back',
      'A sends 2 bytes 79 7a (“yz”) and expects the same back',
    ]);
  });

  it('tells the reply where it is another than the message', () => {
    const conversation = [message('a\0')];

    expect(tell({ kind: 'conversation', conversation }, uppercase)[1]).toBe(
      'A sends 2 bytes 61 00 and expects 2 bytes 41 00',
    );
  });

  it('shows the beginning of what is long', () => {
    const conversation = [message(Buffer.alloc(1025, 'b'))];

    const [, line] = tell({ kind: 'conversation', conversation }, echo);

    expect(line).toBe(
      `A sends 1025 bytes ${'62 '.repeat(23)}62 … (“${'b'.repeat(24)} …”) and expects the same back`,
    );
  });

  it('tells the steps of a scenario', () => {
    const told = tell(
      {
        kind: 'scenario',
        steps: [
          { do: 'connect', client: 0 },
          { do: 'send', client: 0, text: 'x' },
          { do: 'receive', client: 0 },
          { do: 'half-close', client: 0 },
          { do: 'reset', client: 2 },
        ],
      },
      echo,
    );

    expect(told).toEqual([
      'client A connects',
      'client A sends 1 byte 78 (“x”)',
      'client A reads what it is owed so far',
      'client A ends its side (FIN) and reads to the end',
      'client C resets its connection (RST)',
    ]);
  });

  it('is cut off when it has very many steps', () => {
    const conversation = Array.from({ length: 100 }, () => message('x'));

    const told = tell({ kind: 'conversation', conversation }, echo);

    expect(told).toHaveLength(41);
    expect(told.at(-1)).toBe('… and 61 further steps');
  });
});
