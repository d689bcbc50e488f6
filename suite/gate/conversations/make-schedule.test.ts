import { expect, test } from 'vitest';
import { choose } from '../../contracts/choice.ts';
import type { Contract } from '../../contracts/contract.ts';
import { contracts } from '../../contracts/contracts.ts';
import { makeSchedule } from './make-schedule.ts';
import { scheduleOfGiven } from './schedule.ts';

function chosen(id: string, more: { endHex?: string; serves?: Contract['serves'] } = {}): Contract {
  const contract = choose({ id, ...more });
  if (contract === undefined) throw new Error(`There is no contract ${id}.`);
  return contract;
}

test('a schedule follows from the seed', () => {
  const contract = chosen('echo');

  expect(makeSchedule(contract, 7)).toEqual(makeSchedule(contract, 7));
  expect(makeSchedule(contract, 7)).not.toEqual(makeSchedule(contract, 8));
});

test.each(contracts)('there is one for $id, unless somebody has to type', (contract) => {
  expect(makeSchedule(contract, 7).length > 0).toBe(contract.replies !== 'by-operator');
});

test('nobody says the ending word but where it is to end a conversation', () => {
  const contract = chosen('echo', { endHex: Buffer.from('end').toString('hex') });

  for (const { title, steps } of makeSchedule(contract, 7)) {
    const sent = steps.flatMap((step) => (step.do === 'send' ? [step.bytes] : []));
    const isSaid = Buffer.concat(sent).toString('latin1').toLowerCase().includes('end');
    expect([title, isSaid]).toEqual([title, title.includes('ending word')]);
  }
});

test('clients come together only where they are served together', () => {
  for (const { steps } of makeSchedule(chosen('echo', { serves: 'one-at-a-time' }), 7)) {
    const open = new Set<string>();
    for (const { do: deed, client } of steps) {
      if (deed === 'connect') open.add(client);
      else if (deed === 'await-end' || deed === 'reset') open.delete(client);
      expect(open.size).toBeLessThan(2);
    }
  }
});

test('a message of a token keeps its cuts: each piece is answered before the next', () => {
  const message = { bytes: Buffer.from('abc'), cuts: [1] };
  const given = { kind: 'conversation', conversation: [message] } as const;

  expect(scheduleOfGiven(given, ({ length }) => length, 'x').steps).toEqual([
    { do: 'connect', client: 'A' },
    { do: 'send', client: 'A', bytes: Buffer.from('a') },
    { do: 'receive', client: 'A', byteCount: 1 },
    { do: 'send', client: 'A', bytes: Buffer.from('bc') },
    { do: 'receive', client: 'A', byteCount: 3 },
    { do: 'half-close', client: 'A' },
    { do: 'await-end', client: 'A' },
  ]);
});
