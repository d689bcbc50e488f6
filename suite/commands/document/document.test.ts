import { Readable } from 'node:stream';
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { differencesFrom } from '../../../fixtures/documents/differences-from.ts';
import { expectedOf } from '../../../fixtures/documents/expected-findings.ts';
import { judged } from '../../../fixtures/servers/judged.ts';
import { builtHere } from '../../../fixtures/support/built-here.ts';
import { cForkModel } from '../../../targets/documents/c-fork-model/card.ts';
import { cForkUppercase } from '../../../targets/documents/c-fork-uppercase/card.ts';
import { documentTarget } from '../../../targets/documents/document-target.ts';
import { winsockOperator } from '../../../targets/documents/winsock-operator/card.ts';
import { launchTarget } from '../../../targets/launch/launch.ts';
import { UsageError, type Surroundings } from '../command.ts';
import { judgeDocuments } from './document-all.ts';
import { findDocument, openDocument, promisedBy } from '../options/open-document.ts';
import { defineJudge } from '../judge/judge.ts';
import { openTarget } from '../options/target-options.ts';

const model = await builtHere(cForkModel);

/** Where a command writes to, and what it wrote. */
function surroundings(): Surroundings & { readonly written: () => string } {
  const texts: string[] = [];
  return {
    write: (text) => void texts.push(text),
    writeError: (text) => void texts.push(text),
    input: Readable.from([]),
    isTerminal: false,
    useColour: false,
    columns: 100,
    signal: new AbortController().signal,
    written: () => texts.join(''),
  };
}

/** Runs `conform` with `words`: its exit status, and what it wrote. */
async function conform(...words: string[]): Promise<{ exitCode: number; written: string }> {
  const around = surroundings();
  const exits: number[] = [];
  const program = new Command('conform').exitOverride();
  defineJudge(program, around, (exitCode) => exits.push(exitCode));
  await program.parseAsync(words, { from: 'user' });
  return { exitCode: exits[0] ?? Number.NaN, written: around.written() };
}

describe('the name of a document', () => {
  it('finds its card', async () => {
    expect(await findDocument('c-fork-uppercase')).toBe(cForkUppercase);
  });

  it('that there is not is wrong usage, with the nearest ones', async () => {
    await expect(findDocument('c-fork-upercase')).rejects.toThrow(
      /no documented server "c-fork-upercase"\. Did you mean c-fork-uppercase.*conform list documents/u,
    );
    await expect(openDocument('nothing', true)).rejects.toThrow(UsageError);
  });
});

describe('what a documented server promises', () => {
  it('stands in its card', async () => {
    expect(await promisedBy({ document: 'c-fork-uppercase' })).toMatchObject({
      contract: 'uppercase',
      serves: 'many',
      end: Buffer.from('end'),
    });
  });

  it('is changed by what the options say', async () => {
    const options = { document: 'c-fork-uppercase', serves: 'one' } as const;

    expect(await promisedBy(options)).toMatchObject({ contract: 'uppercase', serves: 'one' });
  });

  it('is replaced as a whole by a contract of the user’s own', async () => {
    const options = { document: 'c-fork-uppercase', contract: 'echo' };

    expect(await promisedBy(options)).toBe(options);
  });

  it('is what the options say, of any other server', async () => {
    const options = { serves: 'many' } as const;

    expect(await promisedBy(options)).toBe(options);
  });
});

describe('options that do not go together', () => {
  it.each([
    [{ document: 'c-fork-model', target: '7' }, /not both/u],
    [{ document: 'c-fork-model', port: 7 }, /--port does not go with --document/u],
    [{ target: '7', native: true }, /--native goes with --document/u],
  ])('%j are wrong usage', async (options, message) => {
    await expect(openTarget(options)).rejects.toThrow(message);
    await expect(openTarget(options)).rejects.toThrow(UsageError);
  });

  it.each([
    ['contract', { contract: 'echo' }],
    ['only', { only: ['payload'] }],
    ['target', { target: '7' }],
    ['time-limit', { timeLimit: 9 }],
    ['update-baseline', { updateBaseline: true }],
  ])('all and --%s are wrong usage', async (name, given) => {
    const options = { document: 'all', native: true, ...given };

    await expect(judgeDocuments(options, surroundings())).rejects.toThrow(
      `--${name} does not go with --document all`,
    );
  });
});

describe('a run and a card', () => {
  it.skipIf(model.missing !== '')(
    `differ where the server is another one${model.missing}`,
    { timeout: 120_000 },
    async () => {
      const target = launchTarget({ command: model.built.command });
      const report = await judged(target, { contract: 'echo', serves: 'many' });
      const behaviour = 'payload/nul-bytes';
      const finds = [{ behaviour, why: 'a reply ends at the first NUL' }] as const;
      const wrong = { verdict: 'does-not-conform', finds } as const;

      expect(differencesFrom(expectedOf(cForkModel), report)).toEqual([]);
      expect(differencesFrom(wrong, report)).toEqual([
        expect.stringMatching(`^${behaviour} passed`),
        'the verdict is conforms, the card says does-not-conform',
      ]);
    },
  );
});

describe('--document', () => {
  it.skipIf(model.missing !== '')(`judges the server by its card${model.missing}`, async () => {
    const { exitCode, written } = await conform(
      ...['--document', 'c-fork-model', '--native', '--only', 'payload/one-message'],
      ...['--reporter', 'ndjson'],
    );

    expect(exitCode).toBe(0);
    expect(written).toContain('"id":"echo"');
    expect(written).toContain('"verdict":{"kind":"passed"');
  });

  it('could not test what cannot be built here, and says why', async () => {
    const { exitCode, written } = await conform('--document', 'winsock-operator', '--native');

    expect(exitCode).toBe(3);
    expect(written).toContain('cannot be built on this machine');
  });

  it('leaves a target that was never started alone', async () => {
    const target = await documentTarget(winsockOperator, { native: true });

    expect(target.health().kind).toBe('unseen');
    expect(target.listening()).toBe(false);
    expect((await target.snapshot()).kind).toBe('unseen');
    await expect(target.restart()).rejects.toThrow('cannot be built on this machine');
    await target.stop();
  });
});
