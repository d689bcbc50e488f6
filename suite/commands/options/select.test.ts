import { describe, expect, it } from 'vitest';
import { behaviours, everyBehaviour } from '../../behaviours/behaviours.ts';
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

  it('has what is on request where its id is named, or an option asks for it', () => {
    const chosen = (...given: [Parameters<typeof select>[1], string[]?]): string[] =>
      select(everyBehaviour, ...given).flatMap(({ id, level, onRequest }) =>
        onRequest === undefined ? [] : [`${id} ${level}`],
      );
    const id = 'accept/listens-for-others';

    expect(chosen({})).toEqual([]);
    expect(chosen({ only: ['accept', '*', 'accept/*'] })).toEqual([]);
    expect(chosen({ only: [id] })).toEqual([`${id} may`]);
    expect(chosen({}, [id])).toEqual([`${id} may`]);
    expect(chosen({ only: ['payload'], reachable: true })).toEqual([`${id} must`]);
    expect(chosen({ skip: [id], reachable: true })).toEqual([]);
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
