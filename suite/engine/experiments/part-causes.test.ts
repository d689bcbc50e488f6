// Experiments against real servers: what a run comes to know by them, and when it holds none.
import { expect, test } from 'vitest';
import { embeddedTarget } from '../../../fixtures/servers/embedded-target.ts';
import { embedded, type EmbeddedServer } from '../../../fixtures/servers/embedded.ts';
import { holding } from '../../../fixtures/servers/line-holding.ts';
import { servers } from '../../../fixtures/servers/servers.ts';
import { behaviours } from '../../behaviours/behaviours.ts';
import { choose } from '../../contracts/choice.ts';
// Loaded beforehand: a run of a few behaviours is over before a busy machine has compiled it.
import '../../diagnosis/diagnose.ts';
import type { RunEvent } from '../../events/events.ts';
import type { Target } from '../../../targets/target.ts';
import { run } from '../run.ts';

interface Held {
  readonly diagnosed: Extract<RunEvent, { readonly type: 'diagnosed' }> | undefined;
  readonly events: readonly RunEvent[];
}

/** Judges the embedded server of that name by those behaviours alone. */
async function heldTo(
  name: string | EmbeddedServer,
  ids: readonly string[],
  changed: Partial<Target> = {},
): Promise<Held> {
  const server = typeof name === 'string' ? servers.find((one) => one.name === name) : name;
  const contract = server && choose({ id: server.contract });
  if (server === undefined || contract === undefined) throw new Error('There is no such server.');
  const target = Object.create(embeddedTarget(server), {
    ...Object.fromEntries(Object.entries(changed).map(([key, value]) => [key, { value }])),
  }) as Target;
  const some = behaviours.filter(({ id }) => ids.includes(id));
  const events: RunEvent[] = [];
  for await (const event of run({ target, contract, behaviours: some, seed: 1 }))
    events.push(event);
  return { diagnosed: events.find((event) => event.type === 'diagnosed'), events };
}

const contents = [
  'payload/answers',
  'payload/one-message',
  'payload/nul-bytes',
  'payload/line-endings',
];

test('a cause that foretold what came is certain, and its rivals are refuted', async () => {
  const { diagnosed, events } = await heldTo('cuts-at-nul', contents);
  const [cause] = diagnosed?.causes ?? [];

  expect(cause?.id).toBe('reply-ends-at-nul');
  expect(cause?.confidence).toBe('certain');
  expect(cause?.foretold?.length).toBeGreaterThanOrEqual(2);
  for (const { foretold, came } of cause?.foretold ?? []) expect(came).toBe(foretold);
  expect(diagnosed?.refuted?.map((one) => one.cause)).toContain('drops-a-byte-value');
  // It was suspected before its failure was told, which waits for experiments.
  const types = events.map(({ type }) => type);
  const failedAt = events.findIndex(
    (event) => event.type === 'behaviour-finished' && event.verdict.kind === 'failed',
  );
  expect(types.indexOf('suspected')).toBeGreaterThan(types.indexOf('planned'));
  expect(types.indexOf('suspected')).toBeLessThan(failedAt);
  expect(types.slice(types.indexOf('diagnosed'))).not.toContain('suspected');
});

test('what the run goes on apart from is not put to the test, and a second mistake is played line by line', async () => {
  const server = embedded({
    name: 'trims-lines',
    contract: 'echo',
    does: 'Answers lines, without the blanks at their ends.',
    fails: [],
    serve: holding('\n', {
      reply: (line) => Buffer.from(line.toString('latin1').trim(), 'latin1'),
    }),
  });
  const { diagnosed } = await heldTo(server, [
    ...contents,
    'stream/replies-at-once',
    'payload/keeps-blanks',
  ]);

  expect(diagnosed?.causes[0]?.id).toBe('waits-for-a-newline');
  const refuted = (diagnosed?.refuted ?? []).map(({ cause }) => cause);
  expect(refuted).not.toContain('waits-for-a-newline');
  for (const { conversation } of diagnosed?.causes[1]?.foretold ?? [])
    expect(conversation).toMatch(/ \(with messages that end in a newline\)$/u);
});

test('nothing is diagnosed of a right server', async () => {
  const { diagnosed, events } = await heldTo('echo', contents);

  expect(diagnosed).toBeUndefined();
  expect(events.filter(({ type }) => type === 'suspected')).toEqual([]);
});

test('nor with one that has gone and that nobody can start again', async () => {
  const { diagnosed } = await heldTo(
    'dies-of-a-reset',
    ['payload/one-message', 'robustness/survives-reset-at-once'],
    {
      restartable: false,
    },
  );

  expect(diagnosed?.causes.flatMap(({ foretold = [] }) => foretold) ?? []).toEqual([]);
});
