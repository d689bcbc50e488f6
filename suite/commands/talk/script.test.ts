import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { findServer } from '../../../fixtures/servers/servers.ts';
import { serve } from '../../../fixtures/support/loopback.ts';
import type { Report } from '../../events/report.ts';
import { commanded, type Around, type Commanded } from '../commanded.ts';
import { UsageError } from '../command.ts';
import { defineScript } from './script.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'conform-script-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function file(name: string, content: unknown): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

const scriptOf = (...steps: unknown[]): Record<string, unknown> => ({
  script: 'conform/script/1',
  steps,
});
const hello = scriptOf({ do: 'send', text: 'hello' }, { do: 'expect', text: 'hello' });

async function served(name: string): Promise<string> {
  const running = await findServer(name)?.listen();
  if (running === undefined) throw new Error(`There is no embedded server ${name}.`);
  onTestFinished(() => running.stop());
  return `127.0.0.1:${running.port}`;
}

const play = (words: readonly string[], around?: Around): Promise<Commanded> =>
  commanded(defineScript, ['script', ...words], around);

/** The report that the JSON reporter writes of it, which must keep to its schema. */
async function reported(words: readonly string[], around?: Around): Promise<Report> {
  const { output } = await play([...words, '-r', 'json'], around);
  const schema = await readFile(new URL('../../reporters/report.schema.json', import.meta.url));
  const report: unknown = JSON.parse(output);
  const validate = new Ajv2020({ strict: false }).compile(JSON.parse(schema.toString()) as object);
  expect(validate(report), JSON.stringify(validate.errors)).toBe(true);
  return report as Report;
}

describe('conform script', () => {
  it('ends with 0 when every script is kept, each an entry of its own', async () => {
    const one = await file('One more.json', hello);
    const two = await file('two.json', { ...hello, name: 'named', requirement: 'It echoes.' });

    const report = await reported([one, two, '-t', await served('echo')]);

    expect(report.exitCode).toBe(0);
    expect(report.behaviours).toMatchObject([
      { id: 'script/one-more', family: 'script', level: 'must', reference: one },
      { id: 'script/named', requirement: 'It echoes.', verdict: { kind: 'passed' } },
    ]);
  });

  it('tells a mismatch with the bytes, the steps and how often it failed', async () => {
    const path = await file('nul.json', {
      ...scriptOf(
        { do: 'send', text: 'ok' },
        { do: 'expect', text: 'ok' },
        { do: 'send', text: 'a\0b' },
        { do: 'expect', text: 'a\0b' },
      ),
      hint: 'strlen() ends at the first NUL.',
    });
    const target = await served('cuts-at-nul');

    const report = await reported([path, '-t', target, '--timeout', '200']);

    expect(report.exitCode).toBe(1);
    expect(report.behaviours[0]?.verdict).toMatchObject({
      kind: 'failed',
      summary: expect.stringContaining('At steps[3]: ') as string,
      tally: { failed: 3, of: 3 },
      hint: 'strlen() ends at the first NUL.',
      counterexample: {
        words: expect.arrayContaining(['A sends 2 bytes 6f 6b (“ok”)']) as string[],
      },
      again: { command: `conform script ${path} --target ${target}`, token: '' },
    });
  });

  it('is told by pretty and JUnit like any failure', async () => {
    const path = await file(
      'wrong.json',
      scriptOf({ do: 'send', text: 'A' }, { do: 'expect', text: 'B' }),
    );
    const target = await served('echo');

    const pretty = await play([path, '-t', target]);
    const junit = await play([path, '-t', target, '-r', 'junit']);

    expect(pretty.exitCode).toBe(1);
    expect(pretty.output).toContain('✗ failed script/wrong (must)');
    expect(pretty.output).toContain('byte 0 of the reply is 0x41 where 0x42 was expected');
    expect(pretty.output).not.toContain('--seed');
    expect(junit.output).toContain('<testcase classname="conform.script" name="wrong"');
    expect(junit.output).toContain('<failure type="bytes"');
  });

  it('reads standard input', async () => {
    const input = (async function* () {
      for (const half of JSON.stringify(hello).match(/.{1,20}/gu) ?? []) {
        yield await Promise.resolve(Buffer.from(half));
      }
    })();

    const report = await reported(['-', '-t', await served('echo')], { input });

    expect(report.behaviours).toMatchObject([
      { id: 'script/standard-input', reference: 'standard input', verdict: { kind: 'passed' } },
    ]);
  });

  it('takes the scripts that a module exports', async () => {
    const path = await file(
      'made.mjs',
      `const sizes = [1, 70_000];
       export const scripts = sizes.map((times) => ({
         script: 'conform/script/1',
         steps: [{ do: 'send', bytes: Buffer.from([0]), times }, { do: 'expect', hex: '00', times }],
       }));`,
    );

    const report = await reported([path, '-t', await served('echo')]);

    expect(report.behaviours.map(({ id }) => id)).toEqual(['script/made-1', 'script/made-2']);
    expect(report.exitCode).toBe(0);
  });

  it('starts the server, and again when it died of the script', async () => {
    const path = await file('dies.json', hello);
    const source =
      "require('net').createServer((s) => s.once('data', () => process.exit(7))).listen(+process.argv[1])";

    const report = await reported([
      ...[path, '-l', `${process.execPath} -e "${source}" {port}`],
      ...['--timeout', '1000'],
    ]);

    expect(report.behaviours[0]?.verdict).toMatchObject({
      kind: 'failed',
      finding: { kind: 'died', exitCode: 7 },
      tally: { failed: 3, of: 3 },
    });
  });

  it('says nothing of a server that serves one client and goes', async () => {
    const path = await file('once.json', hello);
    const source =
      "const server = require('net').createServer((s) => { server.close(); s.pipe(s); }); server.listen(+process.argv[1])";

    const report = await reported([path, '-l', `${process.execPath} -e "${source}" {port}`]);

    expect(report.exitCode).toBe(0);
  });

  it.each<[string, Record<string, unknown>, object]>([
    ['a silence', scriptOf({ do: 'expect', text: 'x' }), { kind: 'silence', awaited: 'reply' }],
    [
      'a missing mark',
      scriptOf({ do: 'expect', length: 2 }),
      { kind: 'silence', awaited: '2 bytes' },
    ],
    ['no end', scriptOf({ do: 'expect-end' }), { kind: 'silence', awaited: 'end' }],
    ['no room', scriptOf({ do: 'send', text: 'x', times: 16 * 1024 * 1024 }), { kind: 'other' }],
  ])('tells %s of a server that never reads', async (name, content, finding) => {
    const path = await file(`${name.replace(' ', '-')}.json`, content);
    const port = await serve((socket) => void socket.pause());

    const report = await reported([path, '-t', `127.0.0.1:${port}`, '--timeout', '100']);

    expect(report.behaviours[0]?.verdict).toMatchObject({ kind: 'failed', finding });
  });

  it.each<[string, Record<string, unknown>, object]>([
    [
      'an early end',
      scriptOf({ do: 'send', text: 'x' }, { do: 'expect', length: 9 }),
      { kind: 'ended', by: 'fin' },
    ],
    [
      'the wrong end',
      scriptOf({ do: 'send', text: 'x' }, { do: 'expect-end', by: 'reset', ignored: true }),
      { kind: 'other', expected: 'the server ends its side by a RST', observed: 'by a FIN' },
    ],
    [
      'more than the end',
      scriptOf({ do: 'send', text: 'x' }, { do: 'expect-end' }),
      { kind: 'bytes', at: 0, observed: { hex: '62796521' } },
    ],
    [
      'a mark too far',
      scriptOf({ do: 'send', text: 'x' }, { do: 'expect', until: { text: '?' }, within: 3 }),
      { kind: 'other' },
    ],
  ])('tells %s of a server that says bye! and closes', async (name, content, finding) => {
    const path = await file(`${name.replaceAll(' ', '-')}.json`, content);
    const port = await serve((socket) => void socket.once('data', () => void socket.end('bye!')));

    const report = await reported([path, '-t', `127.0.0.1:${port}`]);

    expect(report.behaviours[0]?.verdict).toMatchObject({ kind: 'failed', finding });
  });

  it('ends with 3 when nobody listens', async () => {
    const path = await file('hello.json', hello);

    const { exitCode, output } = await play([path, '-t', '127.0.0.1:1']);

    expect(exitCode).toBe(3);
    expect(output).toContain('Nothing listens on 127.0.0.1:1');
  });

  it('ends with 3 when a script takes too long', async () => {
    const path = await file('long.json', scriptOf({ do: 'pause', ms: 10_000 }));

    const report = await reported([path, '-t', await served('echo'), '--time-limit', '1']);

    expect(report.exitCode).toBe(3);
    expect(report.behaviours[0]?.verdict).toMatchObject({
      kind: 'errored',
      reason: 'not finished after 1 s (--time-limit)',
    });
  });

  it('ends when it is interrupted, and says so', async () => {
    const controller = new AbortController();
    const path = await file('waits.json', scriptOf({ do: 'pause', ms: 10_000 }));
    const playing = reported([path, '-t', await served('echo')], { signal: controller.signal });

    setTimeout(() => controller.abort(new Error('stopped by SIGINT')), 100);

    expect(await playing).toMatchObject({ exitCode: 3, cutShort: 'the run was interrupted' });
  });

  it.each<[string, () => Promise<string[]>, RegExp]>([
    ['no file', () => Promise.resolve(['no-such.json', '-t', '1']), /Cannot read no-such\.json/],
    [
      'no JSON',
      async () => [await file('a.json', '{'), '-t', '1'],
      /a\.json cannot be read as JSON/,
    ],
    ['no script', async () => [await file('b.json', {}), '-t', '1'], /b\.json: script: expected/],
    [
      'a mistake in it',
      async () => [await file('c.json', scriptOf({ do: 'sned' })), '-t', '1'],
      /c\.json: steps\[0\]\.do: expected one of connect, .*found "sned"/,
    ],
    ['no server', async () => [await file('d.json', hello)], /No server/],
    [
      'two of one name',
      async () => {
        const path = await file('e.json', hello);
        return [path, path, '-t', '1'];
      },
      /both named e: give one another "name"/,
    ],
    ['a module without', async () => [await file('f.mjs', ''), '-t', '1'], /exports no script/],
    ['a broken module', async () => [await file('g.mjs', '}'), '-t', '1'], /Cannot load .*g\.mjs/],
    [
      'a mistake in the second of a module',
      async () => [await file('h.mjs', `export default [${JSON.stringify(hello)}, 1]`), '-t', '1'],
      /h\.mjs, script 2 of 2: The script must be an object/,
    ],
  ])('is told what is wrong with %s', async (_, words, says) => {
    const failure = await play(await words()).catch((error: unknown) => error);

    expect(failure).toBeInstanceOf(UsageError);
    expect(String(failure)).toMatch(says);
  });
});
