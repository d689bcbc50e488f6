// What holds of every investigation, whatever it finds. The parts of a law have tests of their own; all are played
// against servers that are functions.
import { expect, test } from 'vitest';
import { bytesOf } from '../../clients/conversation/conversation.ts';
import {
  adding,
  lawOf,
  letters,
  saying,
  subjectOf,
} from '../../fixtures/support/simulated-laws.ts';
import { heldOn, SimulatedServer } from '../../fixtures/support/simulated-server.ts';
import { investigate } from './investigate.ts';
import type { Law } from './law.ts';

test('a server that is right is told nothing of', () => {
  expect(lawOf(() => (read) => read, saying('hello'))).toBeUndefined();
});

test('the same law is not looked for twice', () => {
  const known = new Map<string, Law>();
  const begin = adding(({ length }) => length >= 100);
  const first = lawOf(begin, saying(letters(100)), { known });
  const server = new SimulatedServer(begin);

  const second = heldOn(server, investigate(subjectOf(saying(letters(4000)), { known })));

  expect(second).toBe(first);
  expect(server.held.length).toBeLessThan(10);
});

test('the same server leads to the same experiments', () => {
  const experiments = (): string[] => {
    const server = new SimulatedServer(adding(({ length }) => length === 512));
    heldOn(server, investigate(subjectOf(saying(letters(512)))));
    return server.held.map(({ steps }) =>
      steps
        .map((step) =>
          step.do === 'send'
            ? `${bytesOf(step.payload).toString('latin1')} ${String(step.cuts)}`
            : step.do,
        )
        .join(),
    );
  };
  const held = experiments();

  expect(held.length).toBeGreaterThan(20);
  expect(experiments().join('\n') === held.join('\n')).toBe(true);
});

test('where no more can be held, what was finished is told and nothing else', () => {
  const begin = adding(({ length }) => length >= 777);
  for (const most of [0, 1, 5, 20, 60]) {
    const trying = investigate(subjectOf(saying(letters(4000))));
    const law = heldOn(new SimulatedServer(begin), trying, most);

    for (const { says } of law?.respects ?? []) expect(says).toContain('777');
  }
});
