import { describe, expect, it } from 'vitest';
import { behaviours } from '../../behaviours/behaviours.ts';
import { UsageError } from '../command.ts';
import { select } from './select.ts';

const idsOf = (patterns: Parameters<typeof select>[1]): string[] =>
  select(behaviours, patterns).map(({ id }) => id);
const inFamily = (family: string): string[] =>
  behaviours.filter((one) => one.family === family).map(({ id }) => id);

describe('a selection', () => {
  it('is everything when nothing is said', () => {
    expect(idsOf({})).toEqual(behaviours.map(({ id }) => id));
  });

  it('is one behaviour by its id, a family by its name, in the order of the registry', () => {
    expect(idsOf({ only: ['payload/any-bytes'] })).toEqual(['payload/any-bytes']);
    expect(idsOf({ only: ['stream', 'accept'] })).toEqual([
      ...inFamily('accept'),
      ...inFamily('stream'),
    ]);
  });

  it('takes * for any letters', () => {
    expect(idsOf({ only: ['payload/any-*'] })).toEqual(['payload/any-text', 'payload/any-bytes']);
    expect(idsOf({ only: ['*'] })).toHaveLength(behaviours.length);
    expect(idsOf({ only: ['half-*'] })).toEqual(inFamily('half-close'));
  });

  it('leaves out what is to be skipped', () => {
    expect(idsOf({ only: ['accept'], skip: ['accept/accepts'] })).toEqual(
      inFamily('accept').filter((id) => id !== 'accept/accepts'),
    );
  });

  it.each([
    ['payload/any-byte', 'payload/any-bytes'],
    ['halfclose', 'half-close'],
    ['Stream', 'stream'],
  ])('of %s, which is nothing, names the nearest', (pattern, nearest) => {
    expect(() => idsOf({ only: [pattern] })).toThrow(UsageError);
    expect(() => idsOf({ only: [pattern] })).toThrow(nearest);
    expect(() => idsOf({ skip: [pattern] })).toThrow(nearest);
  });

  it.each(['payload.any-bytes', '(', 'accep', '', '[a]'])('takes %j for a name', (pattern) => {
    expect(() => idsOf({ only: [pattern] })).toThrow('No behaviour matches');
  });

  it('of nothing is an error', () => {
    expect(() => idsOf({ only: ['accept'], skip: ['accept'] })).toThrow('no behaviour to test');
  });
});
