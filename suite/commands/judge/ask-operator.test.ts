import { describe, expect, it, onTestFinished } from 'vitest';
import { findServer } from '../../../fixtures/servers/servers.ts';
import { nowhere } from '../../../fixtures/support/nowhere.ts';
import { addressTarget } from '../../../targets/running/address.ts';
import { choose } from '../../contracts/choice.ts';
import type { Contract } from '../../contracts/contract.ts';
import { summarise, type Report } from '../../events/report.ts';
import { run } from '../../engine/run.ts';
import type { RunEvent } from '../../events/events.ts';
import { withOperator } from './ask-operator.ts';
import type { Surroundings } from '../command.ts';

const named = (id: string): Contract => {
  const contract = choose({ id });
  if (contract === undefined) throw new Error(`There is no ${id}.`);
  return contract;
};

/** A run against a server that somebody else started, with a person who types what they read. */
async function judged(
  name: string,
  isTerminal: boolean,
): Promise<{ readonly report: Report; readonly prompts: readonly string[] }> {
  const server = findServer(name);
  if (server === undefined) throw new Error(`There is no ${name}.`);
  const running = await server.listen();
  onTestFinished(() => running.stop());
  const prompts: string[] = [];
  const surroundings: Surroundings = {
    ...nowhere,
    writeError(text) {
      prompts.push(text);
      const line = /console: {2}(.*) {2}\(and Enter\)\n$/.exec(text)?.[1];
      if (line !== undefined) setTimeout(() => running.operator.type(line), 5);
    },
    isTerminal,
    columns: 80,
  };
  const contract = named(server.contract);
  const target = withOperator(
    addressTarget({ host: '127.0.0.1', port: running.port }),
    contract,
    surroundings,
  );
  const events: RunEvent[] = [];
  for await (const event of run({ target, contract, seed: 1 })) events.push(event);
  return { report: summarise(events), prompts };
}

const verdictOf = ({ behaviours }: Report, id: string): string | undefined =>
  behaviours.find((one) => one.id === id)?.verdict.kind;

describe('a person at the terminal', () => {
  it.each(['operator-lines', 'operator-frames', 'operator-lines-once'])(
    'is asked for a few lines, by which %s is judged',
    async (name) => {
      const { report, prompts } = await judged(name, true);

      expect(report.verdict).toBe('conforms');
      expect(verdictOf(report, 'operator/lines-arrive-whole')).toBe('passed');
      expect(verdictOf(report, 'operator/utf8-text')).toBe('passed');
      expect(prompts.length).toBeGreaterThan(2);
      expect(prompts.length).toBeLessThan(8);
    },
  );

  it('finds what is wrong all the same', async () => {
    const { report } = await judged('types-latin1', true);

    expect(report.verdict).toBe('does-not-conform');
    expect(verdictOf(report, 'operator/utf8-text')).toBe('failed');
    expect(verdictOf(report, 'operator/lines-arrive-whole')).toBe('passed');
  });

  it('is needed: without one nothing is judged, and the reason says what to do', async () => {
    const { report, prompts } = await judged('operator-lines', false);

    expect(report.verdict).toBe('could-not-judge');
    expect(prompts).toEqual([]);
    const reasons = report.behaviours.flatMap(({ verdict, family }) =>
      family === 'operator' && verdict.kind === 'skipped' ? [verdict.reason] : [],
    );
    expect(reasons.join()).toMatch(/--launch, --build, --document.*terminal/);
  });
});

describe('nobody is asked', () => {
  const surroundings: Surroundings = { ...nowhere, isTerminal: true, columns: 80 };
  const target = addressTarget({ host: '127.0.0.1', port: 1 });

  it.each([undefined, named('echo'), named('sink')])('where no operator speaks', (contract) => {
    expect(withOperator(target, contract, surroundings)).toBe(target);
  });

  it('off a terminal', () => {
    const off = { ...surroundings, isTerminal: false };

    expect(withOperator(target, named('operator-lines'), off)).toBe(target);
  });
});
