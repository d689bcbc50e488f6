// Every reader is given damaged input: it is taken, or refused in words of ours; nothing else.
// CONFORM_MUTATIONS=5000 tries so many of each, CONFORM_MUTATION_SEED others than the usual ones.
import { describe, expect, test } from 'vitest';
import { payloadOf } from '../../clients/conversation/conversation.ts';
import { readScript, InvalidScript } from '../../clients/conversation/script/read-script.ts';
import { exampleClass } from '../../fixtures/golden/class-results.ts';
import { printed } from '../../fixtures/golden/printed.ts';
import { diagnosed, everyExample } from '../../fixtures/golden/readable-runs.ts';
import {
  damagedData,
  damagedJson,
  damagedText,
  numbersFrom,
} from '../../fixtures/support/mutations.ts';
import { InvalidTemplate, readTemplate } from '../../targets/submissions/template.ts';
import { InvalidBaseline, readBaseline } from '../baseline/read-baseline.ts';
import { behaviours } from '../behaviours/behaviours.ts';
import { receiveDue } from '../../clients/conversation/write-conversation.ts';
import { UsageError } from '../commands/command.ts';
import { select } from '../commands/options/select.ts';
import { readBehaviour } from '../config/define-behaviour.ts';
import { readContract } from '../config/define-contract.ts';
import { InvalidDeclaration, Mistakes } from '../config/mistakes.ts';
import { choose } from '../contracts/choice.ts';
import { contracts } from '../contracts/contracts.ts';
import { languages } from '../evidence/scripts/languages.ts';
import { NotTellable } from '../evidence/story.ts';
import { tellStory } from '../evidence/tell-story.ts';
import { mergeClasses, NotOneClass } from '../grading/merge-classes.ts';
import { InvalidResult, readClass, readResult } from '../grading/results/read-result.ts';
import { isSignOfLife } from '../grading/worker/sign-of-life.ts';
import { isAskForQuiet } from '../grading/worker/worker-protocol.ts';
import { mergeRuns, NotOneRun } from '../commands/merge/merge-runs.ts';
import { InvalidRubric, readRubric } from '../grading/rubric/read-rubric.ts';
import { openReporter as openJson } from '../reporters/json.ts';
import { openReporter as openNdjson } from '../reporters/ndjson.ts';
import { formats } from '../reporters/registry.ts';
import { InvalidSavedRun, readSavedRun } from '../events/saved-run.ts';
import { decodeToken, encodeToken, InvalidToken } from '../payloads/token.ts';

const tries = Number(process.env['CONFORM_MUTATIONS'] ?? 150);
const seed = Number(process.env['CONFORM_MUTATION_SEED'] ?? 1);
const limitMs = 60_000 + 20 * tries;

const ids = behaviours.map(({ id }) => id);
const refusals = [
  ...[InvalidSavedRun, InvalidScript, InvalidRubric, InvalidBaseline, InvalidToken],
  ...[InvalidTemplate, InvalidResult, InvalidDeclaration, NotOneRun, NotOneClass, UsageError],
];

/** How often each was taken; every other was refused by name. Anything else is thrown on. */
async function taken(
  name: string,
  attempt: (next: (below: number) => number) => unknown,
): Promise<number> {
  let count = 0;
  for (let nth = 0; nth < tries; nth += 1) {
    const number = seed * 100_003 + nth;
    try {
      await attempt(numbersFrom(number));
      count += 1;
    } catch (error) {
      const isRefusal = refusals.some((refusal) => error instanceof refusal);
      if (!isRefusal)
        throw new Error(`${name}, number ${number}: not refused but broken`, { cause: error });
      expect((error as Error).message).not.toBe('');
    }
  }
  return count;
}

const reporters = await Promise.all(
  formats.map(async ({ name, load }) => ({ name, open: (await load()).openReporter })),
);

/** What is believed must be fit to be told, in every form, and to be made a script of. */
async function told(content: string, name: string): Promise<void> {
  const { events } = readSavedRun(content, name);
  for (const { open } of reporters) printed(open, events);
  for (const event of events) {
    if (event.type !== 'behaviour-finished' || event.verdict.kind !== 'failed') continue;
    const { verdict, id } = event;
    const replay = verdict.again.token === '' ? undefined : decodeToken(verdict.again.token);
    const contract = choose(replay?.contract ?? { id: 'echo' });
    if (contract === undefined) continue;
    for (const write of await writers) {
      try {
        write(
          tellStory({
            ...{ behaviour: id, requirement: '', summary: verdict.summary, contract, seed: 1 },
            ...{ given: replay?.given, seen: verdict, token: verdict.again.token },
          }),
        );
      } catch (error) {
        if (!(error instanceof NotTellable)) throw error;
      }
    }
  }
}

const writers = Promise.all([languages.python(), languages.node(), languages.sh()]).then((all) =>
  all.map(({ write }) => write),
);

describe('damaged input is taken or refused', () => {
  test('reports as NDJSON', { timeout: limitMs }, async () => {
    const lines = everyExample.map((events) => printed(openNdjson, events));
    const count = await taken('ndjson', async (next) => {
      const text = lines[next(lines.length)] ?? '';
      const parts = text.trimEnd().split('\n');
      const at = next(parts.length);
      const line = damagedJson(JSON.parse(parts[at] ?? ''), next);
      await told(
        next(3) === 0 ? damagedText(text, next) : parts.with(at, line).join('\n'),
        'run.ndjson',
      );
    });

    expect(count).toBeGreaterThan(0);
  });

  test('reports as JSON', { timeout: limitMs }, async () => {
    const texts = everyExample.map((events) => printed(openJson, events));
    const count = await taken('json', async (next) => {
      const text = texts[next(texts.length)] ?? '';
      const damaged = damagedJson(JSON.parse(text), next);
      await told(next(3) === 0 ? damagedText(text, next) : damaged, 'run.json');
    });

    expect(count).toBeGreaterThan(0);
  });

  test('parts of a run', { timeout: limitMs }, async () => {
    const parts = printed(openNdjson, diagnosed).trimEnd().split('\n');
    await taken('parts', async (next) => {
      const damaged = parts.map((line) =>
        next(6) === 0 ? damagedJson(JSON.parse(line), next) : line,
      );
      const read = (lines: readonly string[], name: string) => {
        return { name, events: readSavedRun(lines.join('\n'), name).events };
      };
      await mergeRuns([read(parts, 'a'), read(damaged, 'b')], contracts);
    });
  });

  test('results of a class', { timeout: limitMs }, async () => {
    const one = exampleClass.submissions[0];
    const count = await taken('classes', (next) => {
      readResult(damagedJson(one, next), 'result.json');
      const text = damagedText(JSON.stringify(exampleClass), next);
      const data = damagedJson(exampleClass, next);
      const read = readClass(next(3) === 0 ? text : data, 'class.json');
      mergeClasses([
        { folder: 'a', result: read },
        { folder: 'b', result: exampleClass },
      ]);
    });

    expect(count).toBeLessThan(tries);
  });

  test('tokens', { timeout: limitMs }, async () => {
    const token = encodeToken({
      behaviour: 'concurrency/any-interleaving',
      contract: { id: 'uppercase', endHex: '656e64', serves: 'many' },
      seed: 7,
      given: [
        { do: 'connect', client: 'A' },
        { do: 'send', client: 'A', payload: payloadOf('hello') },
        receiveDue('A'),
      ],
    });
    await taken('tokens', (next) => decodeToken(damagedText(token, next)));
  });

  const rubric =
    'title: Echo\ntotal: 10\nvisibility: hidden\nreveal: hint\nitems:\n' +
    '  - name: Bytes\n    behaviours: [payload, stream/any-cuts]\n    points: 6\n    award: all\n' +
    '  - behaviours: half-close/*\n    points: 4\n';
  const baseline =
    'failures:\n  - behaviour: payload/nul-bytes\n    reason: "#12"\n  - behaviour: payload/answers\n    flaky: true\n';
  const template = 'language: c\nbuild:\n  - make\n  - make install\nstart: ./server {port}\n';

  test.for<[string, string, (text: string) => unknown]>([
    ['rubrics', rubric, (text) => readRubric(text, 'rubric.yaml', ids)],
    ['baselines', baseline, (text) => readBaseline(text, 'baseline.yaml', ids)],
    ['templates', template, (text) => readTemplate(text, 'conform.yaml')],
  ])('%s', { timeout: limitMs }, async ([name, text, read]) => {
    await read(text);
    const count = await taken(name, (next) => read(damagedText(text, next)));

    expect(count).toBeGreaterThan(0);
    const deep = await Promise.resolve('['.repeat(100_000))
      .then(read)
      .catch((error: unknown) => error);
    expect(refusals.some((refusal) => deep instanceof refusal)).toBe(true);
    expect(String(deep).split('\n').length).toBeLessThan(30);
  });

  test('scripts', { timeout: limitMs }, async () => {
    const script = {
      script: 'conform/script/1',
      name: 'hello',
      steps: [
        { do: 'connect', client: 'one' },
        { do: 'send', client: 'one', text: 'hi', times: 3, cuts: [1] },
        { do: 'repeat', times: 2, steps: [{ do: 'expect', client: 'one', hex: '6869' }] },
        { do: 'pause', ms: 5 },
        { do: 'expect-end', client: 'one', by: 'fin' },
      ],
    };
    await taken('scripts', (next) => readScript(damagedData(script, next)));
  });

  test('declarations of a config', { timeout: limitMs }, async () => {
    const contract = {
      ...{ id: 'own', extends: 'echo', title: 'Own', replies: 'by-byte', serves: 'many' },
      ending: { word: 'bye', match: 'any', replied: true },
    };
    const behaviour = {
      ...{
        id: 'own/one',
        level: 'must',
        manner: 'gentle',
        clients: 'one',
        needs: ['accept/accepts'],
      },
      ...{
        about: ['by-byte'],
        uses: [],
        requirement: 'It answers.',
        reference: 'ours',
        hint: 'Look.',
      },
      given: {
        kind: 'conversation',
        random: { alphabet: 'bytes', mostMessages: 2, mostBytes: 9, isCut: true },
      },
    };
    await taken('declarations', (next) => {
      const mistakes = new Mistakes();
      readContract(mistakes, 'contracts[0]', damagedData(contract, next));
      readBehaviour(mistakes, 'behaviours[0]', damagedData({ ...behaviour, check: null }, next));
      mistakes.throwIfAny('the config');
    });
  });

  test('messages of a worker', async () => {
    const sign = { type: 'alive', stage: 'judging', judged: 3, of: 9, residentBytes: 1e8 };
    expect(isSignOfLife(sign)).toBe(true);
    await taken('messages', (next) => {
      const message = damagedData(sign, next);
      isAskForQuiet(message);
      if (isSignOfLife(message)) {
        expect(Number.isSafeInteger(message.judged) && Number.isSafeInteger(message.of)).toBe(true);
      }
    });
  });

  test('patterns', { timeout: limitMs }, async () => {
    await taken('patterns', (next) => {
      const pattern = damagedText('payload/*,half-*', next);
      select(behaviours, { only: [pattern], grep: damagedText('reply', next) });
    });
  });
});
