import { mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addJudgeOptions, type JudgeOptions } from '../commands/options/judge-options.ts';
import { mapBytes } from '../contracts/contract.ts';
import { applyOptions } from './apply-options.ts';
import { defineBehaviour } from './define-behaviour.ts';
import { defineContract } from './define-contract.ts';
import { loadConfig } from './load-config.ts';
import { InvalidDeclaration } from './mistakes.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'conform-config-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function saved(name: string, text: string): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, text);
  return file;
}

const turned = mapBytes(Uint8Array.from({ length: 256 }, (_, byte) => byte ^ 1));

/** A behaviour as it stands in a config file, with `changes` in it. */
const behaviourText = (changes: string): string =>
  `{ id: 'own/one', level: 'must', manner: 'gentle', clients: 'one', needs: [],
     requirement: 'It is.', reference: 'here', hint: 'None.', check() {}, ${changes} }`;

describe('a config file', () => {
  it('is not needed', async () => {
    const config = await loadConfig(undefined, folder);

    expect(config.file).toBeUndefined();
    expect(config.options).toEqual({});
    expect(config.behaviours.length).toBeGreaterThan(50);
  });

  it('is found in the working folder, in each of its forms', async () => {
    await saved('conform.config.json', '{ "contract": "echo", "cases": 5 }');
    expect((await loadConfig(undefined, folder)).options).toEqual({ contract: 'echo', cases: 5 });

    await saved('conform.config.mjs', 'export default { seed: 7 };');
    expect((await loadConfig(undefined, folder)).options).toEqual({ seed: 7 });
  });

  it('puts contracts and behaviours beside ours', async () => {
    const file = await saved(
      'own.mjs',
      `export default { contracts: [{ id: 'shout', extends: 'uppercase', ending: 'bye' }],
                        behaviours: [${behaviourText('')}] };`,
    );

    const { contracts, behaviours } = await loadConfig(file);

    expect(contracts.at(-1)).toMatchObject({
      id: 'shout',
      changes: 'ascii-letters',
      ending: { word: Buffer.from('bye'), match: 'any', replied: true, ignoresCase: false },
    });
    expect(behaviours.at(-1)).toMatchObject({ id: 'own/one', family: 'own' });
  });

  it.each([
    ['is not there', undefined, /There is no config file/],
    ['is broken', 'export default {', /cannot be read/],
    ['stands alone', `import 'conform';`, /cannot be read.*npm link conform/s],
    ['exports nothing', 'export const a = 1;', /no default export/],
    ['exports no object', 'export default 7;', /expected an object, found 7/],
    ['has no list', 'export default { contracts: {} };', /contracts: expected an array/],
    [
      'has an unknown key in a contract',
      "export default { contracts: [{ id: 'a', extend: 'echo' }] };",
      /contracts\[0\]\.extend: is not known here\. Did you mean extends\?/,
    ],
    [
      'extends what there is not',
      "export default { contracts: [{ id: 'a', extends: 'ecko' }] };",
      /contracts\[0\]\.extends: found "ecko": expected echo/,
    ],
    [
      'names a contract of ours',
      "export default { contracts: [{ id: 'echo' }] };",
      /contracts\[0\]\.id: echo is taken already/,
    ],
    [
      'declares a wrong level',
      `export default { behaviours: [${behaviourText("level: 'most'")}] };`,
      /behaviours\[0\]\.level: found "most": expected must, should or may/,
    ],
    [
      'declares a check that is no function',
      `export default { behaviours: [${behaviourText("check: 'yes'")}] };`,
      /behaviours\[0\]\.check: expected a function, found "yes"/,
    ],
    [
      'declares an id without a family',
      `export default { behaviours: [${behaviourText("id: 'one'")}] };`,
      /behaviours\[0\]\.id: "one" must be family\/what-the-server-does/,
    ],
    [
      'declares in a built-in family',
      `export default { behaviours: [${behaviourText("id: 'payload/one'")}] };`,
      /payload is a built-in family/,
    ],
    [
      'declares one id twice',
      `export default { behaviours: [${behaviourText('')}, ${behaviourText('')}] };`,
      /behaviours\[1\]\.id: own\/one is taken already/,
    ],
    [
      'needs what there is not',
      `export default { behaviours: [${behaviourText("needs: ['payload/nul-byte']")}] };`,
      /behaviours\[0\]\.needs\[0\]: there is no behaviour payload\/nul-byte\. Did you mean payload\/nul-bytes/,
    ],
  ])('that %s is refused with the place', async (name, text, says) => {
    const file = join(folder, `${name.replaceAll(' ', '-')}.mjs`);
    if (text !== undefined) await writeFile(file, text);

    await expect(loadConfig(file)).rejects.toThrow(InvalidDeclaration);
    await expect(loadConfig(file)).rejects.toThrow(says);
  });

  it('tells all its mistakes at once', async () => {
    const file = await saved(
      'many.mjs',
      `export default { behaviours: [${behaviourText("level: 1, hint: ''")}] };`,
    );

    await expect(loadConfig(file)).rejects.toThrow(/level.*\n.*hint: must not be empty/);
  });
});

describe('a contract of one’s own', () => {
  it('knows which bytes it changes', () => {
    expect(defineContract({ id: 'a' }).changes).toBe('nothing');
    expect(defineContract({ id: 'a', extends: 'uppercase' }).changes).toBe('ascii-letters');
    expect(defineContract({ id: 'a', reply: turned }).changes).toBe('every-byte');
  });

  it('may not depend on cuts, unless it says so', () => {
    const once = (request: Buffer): Buffer => Buffer.concat([request, Buffer.of(0)]);

    expect(() => defineContract({ id: 'a', reply: once })).toThrow(/however the stream is cut/);
    expect(defineContract({ id: 'a', reply: once, replies: 'by-read' }).replies).toBe('by-read');
  });
});

it('a behaviour that is a scenario is played without a check of its own', () => {
  const declaration = {
    id: 'own/one',
    level: 'must',
    manner: 'gentle',
    clients: 'together',
    needs: [],
    requirement: 'It is.',
    reference: 'here',
    hint: 'None.',
    given: { kind: 'scenario', mostClients: 2, mostSteps: 9 },
  } as const;

  expect(defineBehaviour(declaration).given).toEqual(declaration.given);
  // Wrong on purpose: what a config in JavaScript may hold.
  for (const key of ['check', 'play']) {
    const more = { ...declaration, [key]: () => undefined };
    expect(() => defineBehaviour(more as never)).toThrow(
      new RegExp(`${key}: .*as it is generated`),
    );
  }
});

describe('the options of a config', () => {
  async function applied(config: object, ...words: readonly string[]): Promise<JudgeOptions> {
    const command = addJudgeOptions(new Command().exitOverride()).argument('[address]');
    command.parse(words, { from: 'user' });
    applyOptions(command, await loadConfig(await saved('c.json', JSON.stringify(config))));
    return command.opts<JudgeOptions>();
  }

  it('are read as those of the command line', async () => {
    expect(
      await applied({
        target: 'localhost:9',
        end: 'bye\\n',
        only: ['payload', 'stream'],
        reporters: ['pretty', 'json=a.json'],
        strict: true,
        bail: 3,
        seed: 7,
      }),
    ).toMatchObject({
      target: 'localhost:9',
      end: Buffer.from('bye\n'),
      only: ['payload', 'stream'],
      reporter: ['pretty', 'json=a.json'],
      strict: true,
      bail: 3,
      seed: 7,
    });
  });

  it('are overruled by the command line', async () => {
    expect((await applied({ seed: 7, cases: 5 }, '--seed', '8')).seed).toBe(8);
    expect((await applied({ seed: 7, cases: 5 }, '--seed', '8')).cases).toBe(5);
  });

  it('about the server are overruled together', async () => {
    const config = { launch: './server', port: 9 };

    expect(await applied(config, '--target', '1')).not.toHaveProperty('launch');
    expect(await applied(config, '1')).not.toHaveProperty('port');
    expect(await applied(config)).toMatchObject(config);
  });

  it.each([
    [{ sead: 7 }, /sead: is not known here\. Did you mean seed\?/],
    [{ seed: 'x' }, /seed: "x" is not valid\. Expected a whole number/],
    [{ seed: [1, 2] }, /seed: expected one value, found an array/],
    [{ strict: 'yes' }, /strict: expected a boolean, found "yes"/],
    [{ only: [7, {}] }, /only\[1\]: expected a string, found an object/],
    [{ serves: 'two' }, /serves: "two" is not valid/],
  ])('that are wrong are refused: %j', async (config, says) => {
    await expect(applied(config)).rejects.toThrow(says);
  });
});

describe('a config that is no plain file of JSON', () => {
  it('is read with a byte order mark, and refused with a key twice', async () => {
    const marked = await saved('marked.json', '\ufeff{ "seed": 7 }');
    const twice = await saved('twice.json', '{ "seed": 7, "seed": 8 }');

    expect((await loadConfig(marked)).options).toEqual({ seed: 7 });
    await expect(loadConfig(twice)).rejects.toThrow(
      `${twice} cannot be read: the key "seed" is there twice in one object: leave one of them out`,
    );
  });

  it.each(['json', 'mjs'])('is told as a circle of links, or as too large: .%s', async (ending) => {
    const loop = join(folder, `loop.${ending}`);
    await symlink(`loop.${ending}`, loop);
    const huge = await saved(`huge.${ending}`, '');
    await truncate(huge, 65 * 1024 * 1024);

    await expect(loadConfig(loop)).rejects.toThrow(
      `${loop} cannot be read: its links form a loop.`,
    );
    await expect(loadConfig(huge)).rejects.toThrow('it is larger than 64 MiB');
  });
});

describe.concurrent('a config that is code, and does as it likes', () => {
  // The folder of each test would go while another test still reads its own file.
  const shared = mkdtemp(join(tmpdir(), 'conform-config-'));
  afterAll(async () => {
    await rm(await shared, { recursive: true, force: true });
  });
  const savedBesideOthers = async (name: string, text: string): Promise<string> => {
    const file = join(await shared, name);
    await writeFile(file, text);
    return file;
  };

  it.each([
    ['throws nothing', 'throw undefined', /cannot be read: undefined/],
    ['throws what cannot be shown', 'throw Object.create(null)', /something that cannot be shown/],
    [
      'has a getter that throws',
      'export default { get seed() { throw new Error("no") } }',
      /seed: cannot be read: no/,
    ],
    [
      'has a getter that throws deep inside',
      'export default { contracts: [{ id: "own", get reply() { throw null } }] }',
      /contracts\[0\]\.reply: cannot be read: null/,
    ],
    ['is a proxy', 'export default new Proxy({}, { ownKeys() { throw 1 } })', /cannot be read: 1/],
    ['never settles', 'await new Promise(() => undefined)', /has not come to an end after 10 s/],
    [
      'gives a promise that never settles',
      'export default new Promise(() => undefined)',
      /has not come to an end/,
    ],
  ])('and %s is refused in a sentence', { timeout: 30_000 }, async (name, text, says) => {
    const file = await savedBesideOthers(`${name.replaceAll(' ', '-')}.mjs`, text);

    const refused = loadConfig(file);

    await expect(refused).rejects.toBeInstanceOf(InvalidDeclaration);
    await expect(refused).rejects.toThrow(says);
  });

  it('may give a promise', async () => {
    const file = await savedBesideOthers(
      'promise.mjs',
      'export default Promise.resolve({ seed: 4 })',
    );

    expect((await loadConfig(file)).options).toEqual({ seed: 4 });
  });
});
