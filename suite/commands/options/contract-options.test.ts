import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { contracts } from '../../contracts/contracts.ts';
import { UsageError } from '../command.ts';
import { addContractOptions, contractWords, type ContractOptions } from './contract-options.ts';
import { readContract } from './read-contract.ts';

function parse(...words: readonly string[]): ContractOptions {
  const command = addContractOptions(new Command().exitOverride());
  command.configureOutput({ writeErr: () => undefined });
  return command.parse(words, { from: 'user' }).opts<ContractOptions>();
}

describe('the options about the contract', () => {
  it('say nothing when nothing is given', () => {
    expect(readContract(parse())).toEqual({});
  });

  it('choose a contract', () => {
    expect(readContract(parse('--contract', 'uppercase')).contract?.id).toBe('uppercase');
    expect(readContract(parse('-c', 'echo', '-s', 'one'))).toMatchObject({
      contract: { id: 'echo', serves: 'one' },
      serves: 'one',
    });
  });

  it('say how a conversation is ended', () => {
    expect(readContract(parse('--end', 'bye\\n')).ending).toEqual({
      word: Buffer.from('bye\n'),
      match: 'any',
      replied: true,
      ignoresCase: false,
    });
    const all = ['--end', 'end', '--end-match', 'message', '--end-unreplied', '--end-ignore-case'];
    expect(readContract(parse(...all)).ending).toEqual({
      word: Buffer.from('end'),
      match: 'message',
      replied: false,
      ignoresCase: true,
    });
  });

  it('refuse a contract that there is none of', () => {
    expect(() => readContract(parse('--contract', 'chargen'))).toThrow(UsageError);
  });

  it.each(contracts)('choose $id', ({ id }) => {
    expect(readContract(parse('--contract', id)).contract?.id).toBe(id);
  });

  it.each([['--end-unreplied'], ['--end-ignore-case']])('refuse %s without a word', (option) => {
    expect(() => readContract(parse(option))).toThrow(UsageError);
  });

  it('refuse --end-match without a word', () => {
    expect(() => readContract(parse('--end-match', 'message'))).toThrow(UsageError);
  });

  it.each([
    ['--end', ''],
    ['--end-match', 'sometimes'],
    ['--serves', 'two'],
  ])('refuse %s %j', (option, value) => {
    expect(() => parse(option, value)).toThrow();
  });

  it.each([
    [[]],
    [['--contract', 'echo', '--serves', 'one-at-a-time']],
    [['--end', 'end\\n', '--end-match', 'beginning', '--end-unreplied']],
    [['--end', '\\x00\\\\x41\\xff', '--end-ignore-case']],
  ])('are the same after a trip through their words: %j', (words) => {
    const options = parse(...words);

    expect(parse(...contractWords(options))).toEqual(options);
  });
});
