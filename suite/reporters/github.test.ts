import { describe, expect, test } from 'vitest';
import { printed } from '../../fixtures/golden/printed.ts';
import { failed, runOf } from '../../fixtures/golden/run-parts.ts';
import {
  everyShape,
  allPassed,
  cutShort,
  diagnosed,
  exampleRuns,
  hostileBytes,
  knownFailures,
  onlyRecommended,
  staleBaseline,
  twoCauses,
  unreachable,
} from '../../fixtures/golden/runs.ts';
import type { RunEvent } from '../events/events.ts';
import { summarise } from '../events/report.ts';
import { openReporter } from './github.ts';

interface Command {
  readonly name: string;
  readonly title: string;
  readonly data: string;
}

/** As the runner reads them: a line that begins with two colons, and what it turns back. */
function commands(events: readonly RunEvent[]): Command[] {
  return printed(openReporter, events)
    .split('\n')
    .flatMap((line) => {
      const match = /^\s*::(?<name>[a-z-]+)(?: title=(?<title>[^:]*))?::(?<data>.*)$/u.exec(line);
      if (match?.groups === undefined) return [];
      const { name = '', title = '', data = '' } = match.groups;
      return [{ name, title: back(title), data: back(data) }];
    });
}

function back(text: string): string {
  return text
    .replaceAll('%2C', ',')
    .replaceAll('%3A', ':')
    .replaceAll('%0A', '\n')
    .replaceAll('%0D', '\r')
    .replaceAll('%25', '%');
}

const named = (name: string, events: readonly RunEvent[]): Command[] =>
  commands(events).filter((command) => command.name === name);

test.each([allPassed, diagnosed, unreachable, hostileBytes, knownFailures, staleBaseline])(
  '$name stands as in its golden file',
  async ({ name, events }) => {
    await expect(printed(openReporter, events)).toMatchFileSnapshot(
      `../../fixtures/golden/${name}.github.txt`,
    );
  },
);

test.each(exampleRuns)('$name has an error exactly when its exit code is not 0', ({ events }) => {
  expect(named('error', events).length > 0).toBe(summarise(events).exitCode !== 0);
});

test('an error says what was required, what happened, the cause, and the command', () => {
  const [first] = named('error', twoCauses.events);

  expect(first?.title).toBe('payload/nul-bytes (must)');
  expect(first?.data.split('\n')).toEqual([
    'Whatever a client sends, the server sends the same bytes back, in their order.',
    'The server sent only 1 of the 3 bytes owed, then nothing for 2000 ms.',
    'Cause: The reply is measured with strlen(): it ends at the first NUL (certain)',
    'Reproduce it: conform --target localhost:9990 --only payload/nul-bytes --seed 42',
  ]);
});

test('a recommendation and what could not be tested are warnings', () => {
  expect(named('warning', onlyRecommended.events)).toHaveLength(1);
  expect(named('warning', everyShape.events).map(({ title }) => title)).toEqual([
    'stream/no-stall-on-small-messages (should)',
    'concurrency/crowd (should)',
  ]);
  expect(named('error', cutShort.events)).toHaveLength(1);
});

describe('beyond the limits of GitHub', () => {
  const ids = Array.from({ length: 25 }, (_, index) => `payload/behaviour-${index}`);
  const events = runOf(
    ids.map((id, index) => ({
      id,
      level: index % 2 === 0 ? 'must' : 'should',
      verdict: failed(id, { kind: 'refused', code: 'ECONNREFUSED' }, { summary: '%: , \r\n::' }),
    })),
  );

  test('ten errors and ten warnings are shown, the others told of in a notice', () => {
    expect(named('error', events)).toHaveLength(10);
    expect(named('warning', events)).toHaveLength(10);
    const [folded] = named('notice', events);
    expect(folded?.title).toBe('5 findings more than GitHub shows');
    const told = [...named('error', events), ...named('warning', events)].map(({ title }) => title);
    const all = [...told, ...(folded?.data ?? '').split('\n').slice(1)];
    expect(all.map((title) => title.split(' ')[0]).sort()).toEqual([...ids].sort());
  });

  test('each failure stands in full in its group', () => {
    expect(named('group', events).map(({ data }) => data.split(' ')[0])).toEqual(ids);
    expect(named('endgroup', events)).toHaveLength(25);
  });

  test('what would end or split a command comes back as it was', () => {
    expect(named('error', events)[0]?.data.split('\n')[1]).toBe('%: , \\r');
  });
});
