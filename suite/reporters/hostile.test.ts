// Every hostile text in every format, each read back by a real parser of it: what the server put in
// comes out as text, and nothing of it becomes anything else.
import { marked } from 'marked';
import { Parser, type Result } from 'tap-parser';
import { describe, expect, test } from 'vitest';
import { hostileRun, hostileTexts } from '../../fixtures/golden/hostile-run.ts';
import { printed } from '../../fixtures/golden/printed.ts';
import { parseXml } from '../../fixtures/golden/strict-xml.ts';
import { summarise } from '../events/report.ts';
import { visible } from '../text/escape.ts';
import { formats } from './registry.ts';
import type { OpenReporter } from './reporter.ts';

const unsafe = /(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Cn}]/u;

const openers = new Map<string, OpenReporter>();
for (const { name, load } of formats) openers.set(name, (await load()).openReporter);

function told(format: string, text: string): string {
  const open = openers.get(format);
  if (open === undefined) throw new Error(`no reporter ${format}`);
  return printed(open, hostileRun(text));
}

/** The names of the elements in HTML, in order; text that was escaped holds none. */
function elements(html: string): string[] {
  return [...html.matchAll(/<(\/?[a-z][a-z0-9]*)/giu)].map(([, name = '']) => name);
}

function textIn(html: string): string {
  return html
    .replace(/<!--.*?-->|<[^>]*>/gsu, '')
    .replace(/&#(x?)([\da-f]+);/giu, (_, isHex: string, digits: string) =>
      String.fromCodePoint(Number.parseInt(digits, isHex === '' ? 10 : 16)),
    )
    .replace(/&(lt|gt|quot|amp);/gu, (_, name: string) => {
      return { lt: '<', gt: '>', quot: '"', amp: '&' }[name] ?? '';
    });
}

interface Read {
  readonly points: readonly Result[];
  readonly bails: readonly string[];
  /** Lines that a strict reader of TAP does not know what to do with. */
  readonly extra: readonly string[];
  readonly plans: number;
}

function tap(document: string): Read {
  const parser = new Parser({ strict: true });
  const points: Result[] = [];
  const bails: string[] = [];
  const extra: string[] = [];
  let plans = 0;
  parser.on('assert', (result: Result) => void points.push(result));
  parser.on('bailout', (reason: string) => void bails.push(reason));
  parser.on('extra', (line: string) => void extra.push(line));
  parser.on('plan', () => void (plans += 1));
  parser.end(document);
  return { points, bails, extra, plans };
}

test('each format has its reader here', () => {
  const read = ['pretty', 'json', 'ndjson', 'junit', 'ctrf', 'html', 'markdown', 'github', 'tap'];
  const graded = ['gradescope', 'classroom50', 'prairielearn', 'autolab'];
  expect(formats.map(({ name }) => name)).toEqual([...read, ...graded, 'badge']);
});

describe.each(hostileTexts)('%s', (_, text) => {
  const report = summarise(hostileRun(text));

  test.each(formats.map(({ name }) => name))('%s holds nothing that hides or moves', (format) => {
    expect(told(format, text)).not.toMatch(unsafe);
  });

  test('JSON and NDJSON give it back as it was', () => {
    expect(JSON.parse(told('json', text))).toEqual(report);
    const events = told('ndjson', text).trimEnd().split('\n');
    expect(events.map((line) => JSON.parse(line) as unknown)).toEqual(hostileRun(text));
  });

  test('JUnit is well-formed', () => {
    expect(parseXml(told('junit', text)).name).toBe('testsuites');
  });

  test('HTML has one script, one style, and no element that was not built', () => {
    const names = elements(told('html', text));
    const known = new Set(elements(told('html', 'plain words')));

    expect(names.filter((name) => name === 'script' || name === 'style')).toEqual([
      'style',
      'script',
    ]);
    expect(names.filter((name) => !known.has(name))).toEqual([]);
    expect(names.filter((name) => ['img', 'iframe', 'object', 'form'].includes(name))).toEqual([
      'form',
    ]);
  });

  test('Markdown is rendered to the same elements as harmless text, without a link', () => {
    const rendered = marked.parse(told('markdown', text), { async: false });
    const names = elements(rendered);
    const known = new Set(
      elements(marked.parse(told('markdown', 'plain words'), { async: false })),
    );

    expect(names.filter((name) => !known.has(name))).toEqual([]);
    expect(rendered).not.toMatch(/<(?:a|img|script|input)\b|<[^<>]*\s(?:href|src|on\w+)=/u);
    const count = (name: string): number => names.filter((one) => one === name).length;
    expect(count('details')).toBe(count('/details'));
    // A cell too many or too few would move what stands in a row.
    for (const row of rendered.matchAll(/<tr>(.*?)<\/tr>/gsu)) {
      expect([3, 5]).toContain([...(row[1] ?? '').matchAll(/<t[hd]/gu)].length);
    }
    const shown = visible(text).trim().slice(0, 300);
    expect(textIn(rendered)).toContain(shown);
  });

  test('the log of an action holds no command but ours', () => {
    const lines = told('github', text).trimEnd().split('\n');
    const commands = lines.filter((line) => line.trim().startsWith('::'));

    for (const line of commands) {
      expect(line).toMatch(/^::(?:endgroup::$|group::|(?:error|warning|notice) title=[^:,]*::)/u);
    }
    expect(lines.filter((line) => !commands.includes(line) && line.includes('##['))).toEqual([]);
    expect(commands.filter((line) => line.startsWith('::group::'))).toHaveLength(4);
    expect(commands.filter((line) => line.startsWith('::endgroup::'))).toHaveLength(4);
    expect(commands.filter((line) => line.startsWith('::error '))).toHaveLength(4);
    expect(commands.filter((line) => line.startsWith('::warning '))).toHaveLength(1);
    expect(commands.filter((line) => line.startsWith('::notice '))).toHaveLength(1);
  });

  test('TAP has the points of the plan, the skips of the run, and no other bail out', () => {
    const { points, bails, extra, plans } = tap(told('tap', text));

    expect(points.map(({ name }) => name)).toEqual(
      report.behaviours.map(({ id }) => visible(id).trim()),
    );
    expect(points.map(({ ok, skip, todo }) => [ok, Boolean(skip), Boolean(todo)])).toEqual(
      report.behaviours.map(({ verdict: { kind } }) => [
        kind !== 'failed' && kind !== 'errored',
        kind === 'blocked' || kind === 'skipped',
        false,
      ]),
    );
    expect(points[0]?.diag).toMatchObject({ kind: 'silence' });
    expect([bails, extra, plans]).toEqual([[], [], 1]);
  });

  test('Gradescope gets plain text only', () => {
    const results = JSON.parse(told('gradescope', text)) as {
      readonly output_format: string;
      readonly tests: readonly { readonly output_format: string; readonly name_format: string }[];
    };

    expect(results.output_format).toBe('text');
    expect(results.tests).toHaveLength(report.behaviours.length);
    for (const one of results.tests) {
      expect([one.output_format, one.name_format]).toEqual(['text', 'text']);
    }
  });

  test.each(['ctrf', 'classroom50', 'prairielearn'])('%s is JSON, with a test each', (format) => {
    const whole = JSON.parse(told(format, text)) as Record<string, { readonly tests?: unknown }>;
    const tests = whole['results']?.tests ?? whole['tests'];

    expect(tests).toHaveLength(report.behaviours.length);
  });

  test('Autolab gets two lines of JSON at the end, and one number', () => {
    const lines = told('autolab', text).trimEnd().split('\n').slice(-2);
    const [layout, scores] = lines.map((line) => JSON.parse(line) as Record<string, unknown>);

    expect(layout?.['_presentation']).toBe('semantic');
    expect(scores).toEqual({ scores: { Correctness: expect.any(Number) as unknown } });
  });

  test('the badge is one short line', () => {
    expect(told('badge', text)).toMatch(/^conform: [^\n]{1,140}\n$/u);
  });
});
