// What a document shows is what conform takes, and what it begins with runs.
import { describe, expect, test } from 'vitest';
import { everyReadme, scriptsOf, type Readme } from '../fixtures/readmes/readmes.ts';
import { runExample } from '../fixtures/readmes/run-example.ts';
import { understood } from '../fixtures/support/conform-calls.ts';
import { callsOfExample } from '../fixtures/support/script-calls.ts';
import { parseAddress } from '../targets/running/address.ts';

const readmes = await everyReadme();
const limitMs = 120_000;

/** What is wrong with a call; undefined when conform takes it. */
async function mistake(words: readonly string[]): Promise<string | undefined> {
  try {
    const call = await understood(words);
    // A command that there is not would be taken for an address.
    if (call.command === 'conform') for (const word of call.words) parseAddress(word);
    return undefined;
  } catch (error) {
    return `conform ${words.join(' ')}: ${(error as Error).message}`;
  }
}

const mistakes = async (calls: readonly (readonly string[])[]): Promise<readonly string[]> =>
  (await Promise.all(calls.map(mistake))).filter((one) => one !== undefined);

describe.each(readmes)('$path', (readme) => {
  test('shows calls that conform takes', async () => {
    const called = await Promise.all(scriptsOf(readme).map(callsOfExample));
    const calls = called.flat().flatMap(([name, ...words]) => (name === 'conform' ? [words] : []));

    expect(await mistakes(calls)).toEqual([]);
    // None was overlooked.
    expect(calls.length).toBeGreaterThanOrEqual(linesThatCall(readme));
  });

  test('names calls and commands that there are', async () => {
    expect(await mistakes(callsInSentences(readme))).toEqual([]);
  });
});

const linesThatCall = ({ blocks }: Readme): number =>
  blocks.flatMap(({ text }) => text.match(/^(?:npx )?conform\b/gm) ?? []).length;

/** A call with words left out, or a choice of them, names its command alone. */
function callsInSentences({ spans }: Readme): readonly (readonly string[])[] {
  return spans.flatMap((span) => {
    const [, call] = /^(?:npx )?conform (.*)$/s.exec(span) ?? [];
    if (call === undefined) return [];
    const words = call.split(/\s+/);
    const isWhole = words.length > 1 && !/[…|'"]/.test(call);
    return isWhole || call.startsWith('-') ? [words] : [[words[0] ?? '', '--help']];
  });
}

test('a call that conform does not take is a mistake', async () => {
  expect(await mistake(['-t', '9990', '--cotnract', 'echo'])).toContain('--cotnract');
  expect(await mistake(['lst'])).toContain('lst');
  expect(await mistake(['explain', 'echo'])).toBeUndefined();
});

// Elsewhere an example may need a scheduler, an engine, or minutes.
const rooms = readmes.filter(({ path }) => /^(suite|clients|targets)\//.test(path));

test.concurrent.each(rooms)(
  '$path opens with an example that runs',
  { timeout: limitMs },
  async ({ blocks: [first] }) => {
    expect(first?.language).toBe('sh');

    const { statuses, output } = await runExample(first?.text ?? '');

    expect(statuses, output).not.toEqual([]);
    expect(
      statuses.filter((status) => status !== 0 && status !== 1),
      output,
    ).toEqual([]);
  },
);
