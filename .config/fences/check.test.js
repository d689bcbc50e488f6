import { expect, test } from 'vitest';
import { circlesOf, faultsOf, roomOf } from './check.js';
import { importsIn } from './imports.js';

const fences = {
  text: [],
  'engine (world)': ['node'],
  engine: ['text', 'types of engine (world)'],
};
const files = ['text/escape.ts', 'engine/world.ts', 'engine/run.ts', 'engine/session/pace.ts'];
const sound = {
  'engine/world.ts': "import { connect } from 'node:net';",
  'engine/run.ts':
    "import { escape } from '../text/escape.ts';\nimport type { World } from './world.ts';",
};

/** What is wrong in a project of these sources. */
function faultsIn(sources, list = fences, all = files) {
  const imports = Object.entries(sources).flatMap(([file, text]) => importsIn(file, text));
  return faultsOf(list, all, imports);
}

test('a project that is as its list says has no faults', () => {
  expect(faultsIn(sound)).toEqual([]);
});

test('an import that is not in the list is a fault, however it is written', () => {
  for (const line of [
    "import { run } from '../engine/run.ts';",
    "import type { Run } from '../engine/run.ts';",
    "export { run } from '../engine/run.ts';",
    "const { run } = await import('../engine/run.ts');",
    "let run: import('../engine/run.ts').Run;",
  ]) {
    expect(faultsIn({ ...sound, 'text/escape.ts': line }), line).toEqual([
      'text/escape.ts imports engine/run.ts: text may import no engine',
    ]);
  }
  expect(faultsIn({ ...sound, 'text/escape.ts': "import 'execa';" })).toEqual([
    'text/escape.ts imports execa: text may import no execa',
  ]);
});

test('where types are allowed, loading is a fault', () => {
  const loads = { 'engine/session/pace.ts': "import { World } from '../world.ts';" };
  expect(faultsIn({ ...sound, ...loads })).toEqual([
    'engine/session/pace.ts imports engine/world.ts: engine may import only types of engine (world)',
  ]);
});

test('a list that says more than the project does is a fault', () => {
  expect(faultsIn(sound, { ...fences, text: ['node'] })).toEqual([
    'text may import node, and does not: take it out of the list',
  ]);
  expect(faultsIn(sound, { ...fences, files: [] })).toEqual([
    'files is in the list and holds no source file',
  ]);
  expect(faultsIn(sound, { ...fences, engine: ['text', 'engine (world)'] })).toEqual([
    'engine imports only types of engine (world): write “types of engine (world)”',
  ]);
});

test('a file in no room and an allowance that points down are faults', () => {
  expect(faultsIn(sound, fences, [...files, 'gate/gate.ts'])).toEqual([
    'gate/gate.ts is in no room: name its folder in the list',
  ]);
  const { text, ...others } = fences;
  expect(faultsIn(sound, { ...others, text })).toEqual([
    'engine may import text, which stands below it: imports point upwards',
  ]);
});

test('a folder with rooms in it holds its own files only', () => {
  const rooms = ['suite', 'suite/events', 'clients'];
  expect(roomOf('suite/cli.ts', rooms)).toBe('suite');
  expect(roomOf('suite/new/new.ts', rooms)).toBeUndefined();
  expect(roomOf('suite/events/shapes/shape.ts', rooms)).toBe('suite/events');
  expect(roomOf('clients/a/b.ts', rooms)).toBe('clients');
});

test('files that import one another stand in a circle', () => {
  const imports = [
    ...importsIn('a.ts', "import './b.ts';"),
    ...importsIn('b.ts', "import './c.ts';\nimport 'node:fs';"),
    ...importsIn('c.ts', "import './b.ts';"),
  ];
  expect(circlesOf(imports)).toEqual([['b.ts', 'c.ts']]);
});
