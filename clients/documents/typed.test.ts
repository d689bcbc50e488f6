import { describe, expect, it } from 'vitest';
import { Typed } from './typed.ts';

async function* chunks(...texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) {
    await new Promise(setImmediate);
    yield Buffer.from(text, 'latin1');
  }
}

/** All that `take` gives until the input ends. */
async function all(take: () => Promise<Buffer | undefined>): Promise<string[]> {
  const taken: string[] = [];
  for (let next = await take(); next !== undefined; next = await take()) {
    taken.push(next.toString('latin1'));
  }
  return taken;
}

describe('what is typed', () => {
  it('is taken by line, wherever it was cut', async () => {
    const typed = new Typed(chunks('on', 'e\ntw', 'o\n\nthree\r\nfo', 'ur'));

    expect(await all(() => typed.line())).toEqual(['one', 'two', '', 'three\r', 'four']);
  });

  it('is taken by word, wherever it was cut', async () => {
    const typed = new Typed(chunks(' on', 'e  two\n\n', '\t', 'thr', 'ee\n', ' \n'));

    expect(await all(() => typed.word())).toEqual(['one', 'two', 'three']);
  });

  it('is bytes: not every input is text', async () => {
    const typed = new Typed(chunks('\xff\0\xfe\n'));

    expect(await all(() => typed.line())).toEqual(['\xff\0\xfe']);
  });

  it('is cut when a line never ends', async () => {
    const typed = new Typed(chunks('x'.repeat(100_000)));

    expect((await all(() => typed.line())).map(({ length }) => length)).toEqual([65_536, 34_464]);
  });

  it('may be nothing', async () => {
    expect(await all(() => Typed.lines([]).word())).toEqual([]);
    expect(await all(() => new Typed(chunks()).line())).toEqual([]);
  });

  it('is not asked for before somebody wants it, and let go of at the end', async () => {
    const calls: string[] = [];
    const typed = new Typed({
      [Symbol.asyncIterator]: () => {
        calls.push('opened');
        return {
          next: () => Promise.resolve({ done: false, value: Buffer.from('word\n') }),
          return: () => {
            calls.push('closed');
            return Promise.resolve({ done: true, value: undefined });
          },
        };
      },
    });
    expect(calls).toEqual([]);

    await typed.line();
    await typed.end();

    expect(calls).toEqual(['opened', 'closed']);
  });
});
