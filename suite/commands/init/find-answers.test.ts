// What a person at the terminal is asked; the answers are typed by the test.
import { describe, expect, test } from 'vitest';
import type { Surroundings } from '../command.ts';
import { UsageError } from '../command.ts';
import { findAnswers, type Shown } from './find-answers.ts';

const nothingShown: Shown = { platform: undefined, start: undefined, promised: undefined };

/** A terminal at which `typed` is typed, in pieces of three bytes. */
function terminal(typed: string): {
  readonly around: Surroundings;
  readonly printed: () => string;
} {
  let text = '';
  const bytes = Buffer.from(typed);
  const around: Surroundings = {
    write: (more) => (text += more),
    writeError: () => undefined,
    input: {
      async *[Symbol.asyncIterator]() {
        for (let at = 0; at < bytes.length; at += 3) {
          yield await Promise.resolve(bytes.subarray(at, at + 3));
        }
      },
    },
    isTerminal: true,
    canAsk: true,
    useColour: false,
    columns: 80,
    signal: new AbortController().signal,
  };
  return { around, printed: () => text };
}

describe('a person at the terminal', () => {
  test('is asked for what nothing shows', async () => {
    const { around, printed } = terminal('./ünï {port}\nuppercase\nbye\ngitlab\nno\n');

    const { answers, assumed } = await findAnswers({}, around, nothingShown);

    expect(answers).toEqual({
      launch: './ünï {port}',
      build: undefined,
      promised: { contract: 'uppercase', end: Buffer.from('bye') },
      platform: 'gitlab',
      from: undefined,
      wantsRubric: false,
    });
    expect(assumed).toEqual([]);
    expect(printed().match(/\] /gu)).toHaveLength(5);
  });

  test('takes the usual answers by Enter, and by the end of input', async () => {
    for (const typed of ['\n\n\n\n\n', '']) {
      const { answers } = await findAnswers({}, terminal(typed).around, nothingShown);

      expect(answers).toMatchObject({
        launch: './server {port}',
        promised: {},
        platform: 'none',
        wantsRubric: true,
      });
    }
  });

  test('is asked again for what cannot be used, and not for ever', async () => {
    const mended = terminal('./server\n./server {port}\nupercase\nuppercase\n\n\n\n');
    const hopeless = terminal('a\nb\nc\n./server {port}\n');

    const { answers } = await findAnswers({}, mended.around, nothingShown);

    expect(answers.promised.contract).toBe('uppercase');
    expect(mended.printed()).toContain('There is no {port} in "./server"');
    expect(mended.printed()).toContain('Did you mean uppercase?');
    await expect(findAnswers({}, hopeless.around, nothingShown)).rejects.toThrow(UsageError);
  });

  test('is asked nothing that options, files or a config say', async () => {
    const { around, printed } = terminal('');

    const { answers } = await findAnswers({ rubric: true }, around, {
      platform: 'github',
      start: { launch: 'node server.js {port}', build: undefined },
      promised: { contract: 'echo' },
    });
    await findAnswers({ yes: true }, around, nothingShown);

    expect(printed()).toBe('');
    expect(answers).toMatchObject({ platform: 'github', promised: { contract: 'echo' } });
  });
});
