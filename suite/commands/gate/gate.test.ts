// `conform gate` as it is typed: how servers are named, what is written, how it ends.
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { findServer } from '../../../fixtures/servers/servers.ts';
import type { GateResult } from '../../gate/gate-result.ts';
import { commanded, type Commanded } from '../commanded.ts';
import { defineGate } from './gate.ts';
import { readGateTarget } from './gate-target.ts';
import { defineRecord } from './record.ts';

const limitMs = 120_000;
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'conform-gate-'));
  await mkdir(join(folder, 'image'));
  await writeFile(join(folder, 'image', 'Dockerfile'), 'FROM scratch\n');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function served(name: string): Promise<string> {
  const running = await findServer(name)?.listen();
  if (running === undefined) throw new Error(`There is no embedded server ${name}.`);
  onTestFinished(() => running.stop());
  return `127.0.0.1:${running.port}`;
}

const gate = (...words: string[]): Promise<Commanded> => commanded(defineGate, ['gate', ...words]);

test(
  'a regression ends with 1, in the result and in every report',
  { timeout: limitMs },
  async () => {
    const [json, junit] = [join(folder, 'gate.json'), join(folder, 'gate.xml')];
    const servers = [
      '--reference',
      await served('echo'),
      '--candidate',
      await served('cuts-at-nul'),
    ];
    const only = ['--only', 'payload/one-message,payload/nul-bytes', '--seed', '7'];

    const run = await gate(...servers, ...only, '--json', json, '-r', `junit=${junit}`);

    const schema = await readFile(new URL('../../gate/gate.schema.json', import.meta.url), 'utf8');
    const validate = new Ajv2020({ strict: false }).compile(JSON.parse(schema) as object);
    const result = JSON.parse(await readFile(json, 'utf8')) as GateResult;
    expect(validate(result), JSON.stringify(validate.errors)).toBe(true);
    expect([run.exitCode, result.exitCode, result.seed]).toEqual([1, 1, 7]);
    expect(run.output).toMatch(
      /^✗ The candidate breaks payload\/nul-bytes, which the reference keeps/u,
    );
    expect(run.errors).toMatch(/testing the reference.*\n.*testing the candidate/u);
    expect(await readFile(junit, 'utf8')).toContain(
      '<testsuites name="conform" tests="2" failures="1"',
    );
  },
);

test('a recorded reference stands in for one that runs', { timeout: limitMs }, async () => {
  const [file, other] = [join(folder, 'reference.conform'), join(folder, 'other.conform')];
  const only = ['--only', 'payload/one-message,payload/nul-bytes', '-c', 'echo'];
  const reference = ['--reference', await served('echo'), ...only, '-o', file];
  const wrong = ['--candidate', await served('cuts-at-nul'), '--reference'];

  const written = await commanded(defineRecord, ['record', ...reference]);
  const run = await gate(...wrong, `recorded:${file}`, ...only);
  await writeFile(other, (await readFile(file, 'utf8')).slice(0, -9));

  expect([written.exitCode, written.output]).toEqual([
    0,
    expect.stringMatching(
      /: contract echo, 2 behaviours \(2 kept, 0 broken, 0 not tested\), \d+ conv/u,
    ),
  ]);
  expect(run.exitCode).toBe(1);
  expect(run.output).toMatch(
    /^✗ The candidate breaks payload\/nul-bytes, which the reference keeps/u,
  );
  expect(run.output).toContain('The reference is a record, ');
  expect(run.errors).toContain('reading the record of the reference');
  const refusals = [
    [
      file,
      ['-c', 'uppercase'],
      /held to echo \(no ending word, many\), and the options say uppercase/u,
    ],
    [file, ['--seed', '9'], /was recorded with --seed 1/u],
    [other, [], /other\.conform:\d+: this line is not JSON/u],
    [`${other}x`, [], /there is no such file\. Write it with `conform record/u],
  ] as const;
  for (const [record, options, says] of refusals) {
    await expect(gate(...wrong, `recorded:${record}`, ...options)).rejects.toThrow(says);
  }
});

test('a report on standard output stands there alone', { timeout: limitMs }, async () => {
  const server = await served('echo');
  const servers = ['--reference', server, '--candidate', server];

  const run = await gate(...servers, '--only', 'payload/one-message', '-r', 'badge');

  expect([run.exitCode, run.output]).toEqual([0, 'conform: 1/1 · conforms\n']);
  expect(run.errors).toContain('✓ The candidate keeps every promise');
});

test.each([
  ['localhost:9990', { target: 'localhost:9990' }],
  [':9990', { target: ':9990' }],
  ['[::1]:9990', { target: '[::1]:9990' }],
  ['address:localhost:7', { target: 'localhost:7' }],
  ['launch:./server {port}', { launch: './server {port}' }],
  ['launch:python3 server.py,port=9990', { launch: 'python3 server.py', port: 9990 }],
  ['build:./server', { build: './server' }],
  ['image:echo:latest,port=7', { image: 'echo:latest', port: 7 }],
  ['document:c-fork-echo', { document: 'c-fork-echo' }],
  ['document:c-fork-echo,native', { document: 'c-fork-echo', native: true }],
])('%s names a server', async (text, expected) => {
  expect(await readGateTarget(text, '--reference')).toEqual(expected);
});

test('a folder with a Dockerfile names itself', async () => {
  const path = join(folder, 'image');

  expect(await readGateTarget(path, '--candidate')).toEqual({ build: path });
  await expect(readGateTarget(folder, '--candidate')).rejects.toThrow(
    /has no Dockerfile.*HOST:PORT/su,
  );
});

test.each([
  ['./server {port}', /A command is written 'launch:\.\/server \{port\}'/u],
  ['nonsense', /--candidate "nonsense": it is neither an address nor a folder/u],
  ['launch:', /names nothing after launch:/u],
  ['image:x,port=70000', /70000 is not a port/u],
  ['document:all', /the gate is about one server/u],
])('%s is refused with the spellings', async (text, says) => {
  const wrong = readGateTarget(text, '--candidate');

  await expect(wrong).rejects.toThrow(says);
  await expect(wrong).rejects.toThrow(/build:FOLDER/u);
});
