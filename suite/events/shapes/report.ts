// The report of a run, as the JSON reporter saves it: `report.schema.json` is made from this declaration.
import { count, durationMs } from '../../../clients/shapes/numbers.ts';
import {
  agreeing,
  described,
  distinct,
  exactly,
  list,
  object,
  oneOf,
  optional,
  orNull,
  published,
  text,
  textThat,
} from '../../../clients/shapes/shape.ts';
import { exitCodes } from '../plain-values.ts';
import {
  behaviourInfo,
  cause,
  comparedEntry,
  comparison,
  contract,
  refutedTheories,
  runStart,
  timing,
} from './run.ts';
import { verdict } from './verdict.ts';

/** One promise and what was found of it. */
export const judgedBehaviour = described(
  object({
    ...behaviourInfo.entries,
    id: described(
      published(
        textThat((id) => id.indexOf('/') > 0, 'an id such as family/what-the-server-does'),
        { pattern: '^[^/]+/' },
      ),
      '`family/what-the-server-does`, stable for ever.',
    ),
    durationMs: described(durationMs, 'How long its check took, in milliseconds.'),
    verdict,
    baseline: optional(comparedEntry),
  }),
  'One promise and what was found of it.',
);

/** How many behaviours have each verdict. */
export const counts = described(
  object({
    passed: described(count, 'Passed behaviours.'),
    failed: described(count, 'Failed behaviours.'),
    blocked: described(count, 'Blocked behaviours.'),
    skipped: described(count, 'Skipped behaviours.'),
    errored: described(count, 'Errored behaviours.'),
  }),
  'How many behaviours have each verdict.',
);

/** What a run comes to. */
export const runVerdict = oneOf('conforms', 'does-not-conform', 'could-not-judge');

const fields = object({
  schema: described(
    exactly('conform/report/1'),
    'The form of this document; a change that breaks readers changes the number.',
  ),
  tool: runStart.tool,
  target: runStart.target,
  contract: described(
    orNull(contract),
    'What the server was held to, or null when none was found.',
  ),
  seed: runStart.seed,
  strict: runStart.strict,
  startedAt: runStart.startedAt,
  suite: runStart.suite,
  durationMs: described(durationMs, 'How long the run took, in milliseconds.'),
  timing: optional(timing),
  verdict: runVerdict,
  exitCode: described(oneOf(0, 1, 3), '0 conforms, 1 does not, 3 could not be judged.'),
  counts,
  notices: described(list(text), 'What a reader should know that is no verdict.'),
  cutShort: described(orNull(text), 'Why the run ended before all was judged, or null.'),
  unreachable: described(orNull(text), 'Why nothing could be judged, or null.'),
  outputTail: optional(
    described(
      text,
      'The end of what the server printed, or the building of it, where nothing could be judged.',
    ),
  ),
  behaviours: described(
    distinct(judgedBehaviour, ({ id }) => id),
    'Every behaviour planned, in order.',
  ),
  causes: described(
    list(cause),
    'Mistakes that explain failures, the one that explains most first.',
  ),
  refuted: optional(refutedTheories),
  baseline: optional(comparison),
});

/** The whole run. */
export const report = published(
  agreeing(
    fields,
    ({ verdict: word, exitCode }) => exitCode === exitCodes[word],
    ({ verdict: word }, place) =>
      `${place}.exitCode must be ${exitCodes[word]}, for ${place}.verdict is ${word}`,
  ),
  {
    title: 'The report of a conform run',
    description: 'What `conform --reporter json` writes.',
    oneOf: Object.entries(exitCodes).map(([word, exitCode]) => ({
      properties: { verdict: { const: word }, exitCode: { const: exitCode } },
    })),
  },
);
