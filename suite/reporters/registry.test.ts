import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { submissionEnvironment } from '../../fixtures/golden/printed.ts';
import { everyShape } from '../../fixtures/golden/runs.ts';
import { summarise } from '../events/report.ts';
import { multiplexed } from './multiplexer.ts';
import { formats, openReporters, ReporterUnavailable } from './registry.ts';
import type { Reporter, ReporterContext } from './reporter.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'conform-reporters-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const report = summarise(everyShape.events);

function output(): { readonly context: ReporterContext; readonly text: () => string } {
  let text = '';
  const write = (part: string): void => void (text += part);
  return {
    context: {
      write,
      isTerminal: true,
      useColour: true,
      columns: 80,
      environment: submissionEnvironment,
    },
    text: () => text,
  };
}

async function refusal(specs: readonly string[]): Promise<string> {
  const error: unknown = await openReporters(specs, output().context).then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ReporterUnavailable)) throw new Error('not refused', { cause: error });
  return error.message;
}

describe('opening reporters', () => {
  test('every format writes to its file, made with its folders, and nothing elsewhere', async () => {
    const { context, text } = output();
    const place = (name: string): string => join(folder, 'deep', 'er', `${name}.out`);
    const specs = formats.map(({ name }) => `${name}=${place(name)}`);
    const reporters = await openReporters(specs, context);

    for (const event of everyShape.events) reporters.onEvent(event);

    expect(await reporters.finish(report)).toEqual([]);
    expect(text()).toBe('');
    for (const { name } of formats) {
      const written = readFileSync(place(name), 'utf8');
      expect(written).toContain(name === 'badge' ? 'does not conform' : 'payload');
      expect(written).not.toContain('\u001b');
    }
  });

  test('one without a file writes to standard output, as that can show it', async () => {
    const { context, text } = output();
    const reporters = await openReporters(['pretty', `json=${join(folder, 'a.json')}`], context);

    for (const event of everyShape.events) reporters.onEvent(event);
    await reporters.finish(report);

    expect(text()).toContain('\u001b[1m');
    expect(JSON.parse(readFileSync(join(folder, 'a.json'), 'utf8'))).toEqual(report);
  });

  test('a file name may hold an equals sign', async () => {
    const reporters = await openReporters([`json=${join(folder, 'a=b')}`], output().context);
    await reporters.finish(report);

    expect(readFileSync(join(folder, 'a=b'), 'utf8')).toContain('conform/report/1');
  });

  test('an unknown name is refused with the nearest one', async () => {
    expect(await refusal(['junti'])).toBe(
      'There is no reporter named "junti". Did you mean junit? There are: ' +
        `${formats.map(({ name }) => name).join(', ')}.`,
    );
    expect(await refusal(['toString'])).not.toContain('Did you mean');
  });

  test('an empty file name is refused', async () => {
    expect(await refusal(['json='])).toContain('names no file');
  });

  test('a file that cannot be written is refused, with the reason', async () => {
    writeFileSync(join(folder, 'file'), '');
    const inFile = join(folder, 'file', 'report.json');

    const message = await refusal([`ndjson=${join(folder, 'ok')}`, `json=${inFile}`]);

    expect(message).toContain(`The json report cannot be written to ${inFile}: `);
    expect(message).toMatch(/ENOTDIR|EEXIST/u);
    expect(await refusal([`json=${folder}`])).toContain('EISDIR');
  });

  test('two in one place are refused, before a file is made', async () => {
    const file = join(folder, 'report');

    expect(await refusal([`json=${file}`, `junit=${file}`])).toContain('json and junit');
    expect(() => readFileSync(file)).toThrow('ENOENT');
    expect(await refusal(['json', 'pretty'])).toContain('standard output');
  });

  test('two in one place by a link or by another name are refused', async () => {
    const file = join(folder, 'report');
    symlinkSync(file, join(folder, 'link'));

    expect(await refusal([`json=${file}`, `junit=${folder}/./report`])).toContain(
      'would both write',
    );
    expect(await refusal([`json=${file}`, `junit=${join(folder, 'link')}`])).toContain('the same');
    writeFileSync(file, '');
    expect(await refusal([`json=${file}`, `junit=${join(folder, 'link')}`])).toContain('the same');
    expect(await refusal(['json', 'junit=/dev/stdout'])).toContain('standard output');
  });

  test('a report of before stays as it was until the new one is whole', async () => {
    const file = join(folder, 'report.json');
    writeFileSync(file, 'of before');
    const reporters = await openReporters([`json=${file}`], output().context);
    for (const event of everyShape.events) reporters.onEvent(event);

    expect(readFileSync(file, 'utf8')).toBe('of before');
    await reporters.finish(report);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(report);
  });

  test('none asked for is none at work', async () => {
    const reporters = await openReporters([], output().context);

    expect(await reporters.finish(report)).toEqual([]);
  });
});

describe('a reporter that throws', () => {
  const broken: Readonly<Record<string, Reporter>> = {
    'at an event': {
      onEvent() {
        throw new Error('broken at an event');
      },
      finish: () => undefined,
    },
    'at the end': {
      onEvent: () => undefined,
      finish() {
        throw new Error('broken at the end');
      },
    },
    'later than the end': {
      onEvent: () => undefined,
      finish: () => Promise.reject(new Error('broken later than the end')),
    },
  };

  test.each(Object.entries(broken))(
    '%s spoils neither the run nor another',
    async (name, reporter) => {
      const seen: string[] = [];
      const closed: string[] = [];
      const sound: Reporter = {
        onEvent: ({ type }) => void seen.push(type),
        finish: () => void seen.push('report'),
      };
      const all = multiplexed([
        { name: 'broken', reporter, close: () => void closed.push('broken') },
        { name: 'sound', reporter: sound, close: () => void closed.push('sound') },
      ]);

      for (const event of everyShape.events) all.onEvent(event);
      const failures = await all.finish(report);

      expect(failures).toEqual([{ name: 'broken', error: new Error(`broken ${name}`) }]);
      expect(seen).toEqual([...everyShape.events.map(({ type }) => type), 'report']);
      expect(closed).toEqual(['broken', 'sound']);
    },
  );

  test('is told of once, still writes its report, and its file failing to close is told of too', async () => {
    const calls: string[] = [];
    const all = multiplexed([
      {
        name: 'first',
        reporter: {
          onEvent() {
            calls.push('event');
            throw new Error('the first error');
          },
          finish: () => void calls.push('report'),
        },
        close() {
          throw new Error('a later error');
        },
      },
      {
        name: 'second',
        reporter: { onEvent: () => undefined, finish: () => undefined },
        close() {
          throw new Error('disk full');
        },
      },
    ]);

    for (const event of everyShape.events) all.onEvent(event);
    const failures = await all.finish(report);

    expect(calls).toEqual(['event', 'report']);
    expect(failures.map(({ name, error }) => `${name}: ${error.message}`)).toEqual([
      'first: the first error',
      'second: disk full',
    ]);
  });
});
