// Scripts made from failures are run: against the server that failed, and against a right one.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { failureOf } from '../../../fixtures/servers/failure-of.ts';
import { findServer } from '../../../fixtures/servers/servers.ts';
import type { Conversation } from '../../../clients/conversation/conversation.ts';
import { behaviours } from '../../behaviours/behaviours.ts';
import { choose } from '../../contracts/choice.ts';
import { echo } from '../../contracts/echo.ts';
import { decodeToken } from '../../payloads/token.ts';
import { languages } from './languages.ts';
import type { FailureFacts } from '../failure-facts.ts';
import type { ScriptLanguage } from './script.ts';
import { NotTellable, type Story } from '../story.ts';
import { tellStory } from '../tell-story.ts';

type Name = ScriptLanguage['name'];
const interpreters = { python: 'python3', node: process.execPath, sh: 'bash' } as const;
const isThere = (command: string): boolean => spawnSync(command, ['--version']).status === 0;
const hasPython = isThere('python3');
const hasBash = isThere('bash') && isThere('timeout') && isThere('od');

const tableOfEcho = Uint8Array.from({ length: 256 }, (_, byte) => byte);

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'conform-repro-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function factsOf(name: string, id: string): Promise<FailureFacts> {
  const { verdict } = await failureOf(name, id);
  const { token } = verdict.again;
  const { contract, seed, given } = decodeToken(token);
  return {
    behaviour: id,
    requirement: behaviours.find((one) => one.id === id)?.requirement ?? '',
    summary: verdict.summary,
    contract: choose(contract) ?? echo,
    seed,
    given,
    seen: verdict,
    token,
  };
}

let scripts = 0;
async function saved(script: string, language: Name): Promise<string> {
  scripts += 1;
  const file = join(folder, `${scripts}.${language === 'node' ? 'mjs' : language}`);
  await writeFile(file, script);
  return file;
}

/** Runs the script of a failure against a fresh server of that name. */
async function runAgainst(
  name: string,
  script: string,
  language: Name,
): Promise<{ readonly exitCode: number | undefined; readonly said: string }> {
  const running = await findServer(name)?.listen();
  if (running === undefined) throw new TypeError(`No server ${name}.`);
  try {
    const file = await saved(script, language);
    const words = [file, '127.0.0.1', String(running.port)];
    const { exitCode, all } = await execa(interpreters[language], words, {
      reject: false,
      all: true,
      timeout: 50_000,
      env: { PYTHONWARNINGS: 'error::SyntaxWarning' },
    });
    return { exitCode, said: all };
  } finally {
    await running.stop();
  }
}

/** The failure, the server that keeps the promise, and whether a shell can show it too. */
const cases: readonly [server: string, id: string, right: string, inShell: boolean][] = [
  ['cuts-at-nul', 'payload/nul-bytes', 'echo', true],
  ['truncates-above-4096', 'payload/every-size', 'echo', true],
  ['raises-the-first-letter-only', 'stream/any-cuts', 'uppercase', true],
  ['closes-the-older-client', 'concurrency/any-interleaving', 'echo', true],
  ['serves-one-at-a-time', 'concurrency/serves-the-second-while-the-first-idles', 'echo', true],
  ['drops-what-it-owes-at-the-fin', 'half-close/sends-all-it-owes', 'echo', false],
  ['resets-after-the-fin', 'half-close/ends-with-fin-not-reset', 'echo', false],
  ['never-closes', 'half-close/closes-too', 'echo', false],
  ['does-not-know-end', 'end-word/closes', 'echo-until-end', true],
  ['ends-inside-a-word', 'end-word/not-inside-a-word', 'echo-until-end', true],
  ['greets', 'accept/stays-silent-until-spoken-to', 'echo', true],
  ['dies-of-a-reset', 'robustness/survives-reset-at-once', 'echo', false],
];

describe.concurrent('a script', () => {
  test.for(cases)('of %s shows %s, and not of %s', { timeout: 120_000 }, async (one) => {
    const [name, id, right, isForShell] = one;
    const facts = await factsOf(name, id);
    const story = tellStory(facts);
    const wanted: readonly Name[] = [
      'node',
      ...(hasPython ? (['python'] as const) : []),
      ...(isForShell && hasBash ? (['sh'] as const) : []),
    ];

    for (const language of wanted) {
      const script = (await languages[language]()).write(story);
      const shown = await runAgainst(name, script, language);
      const gone = await runAgainst(right, script, language);

      expect([language, shown.exitCode, gone.exitCode, shown.said, gone.said]).toEqual([
        language,
        1,
        0,
        expect.stringContaining(`FAILS ${id}`),
        `HOLDS ${id}: ${facts.requirement}`.replace(/[^\x20-\x7e\u00a0-\u02ff\u2010-\u2027]/g, '?'),
      ]);
    }
    if (!isForShell) {
      const shell = await languages.sh();
      expect(() => shell.write(story)).toThrow(NotTellable);
    }
  });

  test.for(['node', ...(hasPython ? ['python'] : []), ...(hasBash ? ['sh'] : [])] as Name[])(
    'in %s says expected and observed, and when nobody listens',
    { timeout: 60_000 },
    async (language) => {
      const script = (await languages[language]()).write(
        tellStory(await factsOf('cuts-at-nul', 'payload/nul-bytes')),
      );

      const { said } = await runAgainst('cuts-at-nul', script, language);
      const file = await saved(script, language);
      const dead = await execa(interpreters[language], [file, '127.0.0.1', '1'], { reject: false });
      const lost = await execa(interpreters[language], [file], { reject: false });

      expect(said).toMatch(/expected +00/);
      expect(said).toMatch(/observed/);
      expect(dead.exitCode).toBe(3);
      expect(dead.stderr).toContain('Cannot connect to 127.0.0.1');
      expect(lost.exitCode).toBe(2);
    },
  );
});

test('megabytes of letters are made by the script itself', { timeout: 120_000 }, async () => {
  const payload = { bytes: Buffer.from('a'), times: 3_000_000, isAnyLetters: true } as const;
  const story: Story = {
    behaviour: 'own/megabytes',
    requirement: 'Megabytes come back.',
    summary: '',
    contractTitle: 'echo',
    table: tableOfEcho,
    letters: 'abcdefgh',
    conversation: [
      { do: 'connect', client: 'A' },
      { do: 'pause-reading', client: 'A' },
      { do: 'send', client: 'A', payload, due: payload },
      { do: 'half-close', client: 'A' },
      { do: 'pause', milliseconds: 20 },
      { do: 'resume-reading', client: 'A' },
      {
        ...{ do: 'await-end', client: 'A', by: 'fin', leaves: true },
        before: { kind: 'due', leastBytes: 3_000_000 },
      },
    ],
    rounds: 1,
    token: '',
  };

  for (const language of ['node', ...(hasPython ? ['python'] : [])] as Name[]) {
    const script = (await languages[language]()).write(story);
    const right = await runAgainst('echo', script, language);
    const wrong = await runAgainst('flips-a-bit-at-64-kib', script, language);

    expect(script.length).toBeLessThan(16_000);
    expect([right.exitCode, right.said]).toEqual([0, 'HOLDS own/megabytes: Megabytes come back.']);
    expect([wrong.exitCode, wrong.said]).toEqual([1, expect.stringMatching(/byte \d+ is wrong/)]);
  }
});

describe('no script is written', () => {
  test('of a crowd, of which the record keeps the last few', { timeout: 60_000 }, async () => {
    const facts = await factsOf('serves-32-at-most', 'concurrency/many-at-once');

    expect(() => tellStory(facts)).toThrow(/more clients than a record keeps/);
  });

  test('of a token alone that holds no conversation', () => {
    const facts: FailureFacts = {
      behaviour: 'accept/accepts',
      requirement: 'The server accepts.',
      summary: '',
      contract: echo,
      seed: 1,
      given: undefined,
      seen: undefined,
      token: 'c1.x',
    };

    expect(() => tellStory(facts)).toThrow(NotTellable);
  });
});

describe('nothing in a script is more than text', () => {
  const bomb = (file: string): readonly string[] => [
    `x'; touch ${file} #`,
    `x"; touch ${file} #`,
    `$(touch ${file})`,
    `\`touch ${file}\``,
    `x\ntouch ${file}\n`,
    `x\r\nopen("${file}", "w")\n`,
    `x"\nopen("${file}", "w")\n"`,
    `x\u2028require("fs").writeFileSync("${file}", "")//`,
    `x\nimport("node:fs").then((fs) => fs.writeFileSync("${file}", ""))\n`,
    `x"); process.getBuiltinModule("fs").writeFileSync("${file}", ""); ("`,
    `x\\"); open("${file}", "w"); ("`,
    `coding: utf-7 +AAo-open(+ACI-${file}+ACI-, +ACI-w+ACI-)+AAo-`,
  ];

  test.for(['node', ...(hasPython ? ['python'] : []), ...(hasBash ? ['sh'] : [])] as Name[])(
    'in %s',
    { timeout: 120_000 },
    async (name) => {
      const language = await languages[name]();
      const touched = join(folder, `touched-${name}`);
      const steps = (client: string): Conversation => [
        { do: 'connect', client },
        {
          ...{ do: 'await-end', client, by: 'any', leaves: true },
          before: { kind: 'due', leastBytes: 0 },
        },
      ];
      for (const text of bomb(touched)) {
        const story: Story = {
          behaviour: text,
          requirement: text,
          summary: text,
          contractTitle: text,
          table: null,
          letters: text,
          conversation: steps('A'),
          rounds: 1,
          token: text,
        };
        const { exitCode, said } = await runAgainst('echo', language.write(story), name);

        expect([exitCode, said]).toEqual([0, expect.stringMatching(/^HOLDS [^\n]*$/)]);
        expect(existsSync(touched)).toBe(false);
        // A client's name is a word of the language itself, or quoted: others are refused or harmless.
        const made = { ...story, conversation: steps(text) };
        let script: string;
        try {
          script = language.write(made);
        } catch (error) {
          expect(error).toBeInstanceOf(NotTellable);
          continue;
        }
        await runAgainst('echo', script, name);
        expect(existsSync(touched)).toBe(false);
      }
    },
  );
});

test('a script holds nothing that could leave its comment', async () => {
  const { writeAll } = await writers();
  const script = writeAll('\u001b[31m\n*/ process.exit(0) //\u2028 `id` $(id) \' "');

  expect(script).not.toMatch(/[\u001b\u2028]/);
  for (const line of script.split('\n')) expect(line).not.toMatch(/^\*\/|^ *process\.exit\(0\)$/);
});

async function writers(): Promise<{ readonly writeAll: (text: string) => string }> {
  const all = await Promise.all([languages.python(), languages.node(), languages.sh()]);
  return {
    writeAll: (text) =>
      all
        .map(({ write }) =>
          write({
            behaviour: 'own/one',
            requirement: text,
            summary: text,
            contractTitle: text,
            table: null,
            letters: 'abc',
            conversation: [],
            rounds: 1,
            token: '',
          }),
        )
        .join('\n'),
  };
}
