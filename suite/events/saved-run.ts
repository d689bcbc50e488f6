// Reads back the events of a run that was saved with the NDJSON or the JSON reporter.
import { faultOf } from '../../clients/shapes/shape.ts';
import type { RunEvent } from './events.ts';
import type { Report } from './report.ts';
import { event as eventShape, eventTypes } from './shapes/event.ts';
import { report as reportShape } from './shapes/report.ts';
import { withoutByteOrderMark } from '../files/written-json.ts';

/** The text is no saved run, or not one that this version can read. */
export class InvalidSavedRun extends Error {
  override readonly name = 'InvalidSavedRun';
}

/** The events of a saved run, and what a reader of their report should know of the file. */
export interface SavedRun {
  readonly events: readonly RunEvent[];
  /** A sentence when the file ends before the run does; null when it is whole. */
  readonly incomplete: string | null;
}

const howToSave = 'Save a run with --reporter ndjson=FILE or --reporter json=FILE.';

/**
 * The run in `content`; of a file that was cut, as much as is there.
 * @param name how the messages call the file
 * @throws {InvalidSavedRun} with the place of what is wrong
 */
export function readSavedRun(content: string, name: string): SavedRun {
  const trimmed = withoutByteOrderMark(content).trim();
  if (trimmed === '') throw new InvalidSavedRun(`${name} is empty. ${howToSave}`);
  const [first = ''] = trimmed.split('\n', 1);
  const start = parsed(first);
  if (isRecord(start) && typeof start['type'] === 'string') return ofEvents(trimmed, name);
  const whole = parsed(trimmed);
  if (isRecord(whole)) return { events: eventsOf(report(whole, name)), incomplete: null };
  if (trimmed.startsWith('{') && /"conform\/report\/\d+"/u.test(trimmed.slice(0, 200))) {
    throw new InvalidSavedRun(
      `${name} is a JSON report that is cut or damaged: only a whole one can be read. An NDJSON report can be read as far as it is complete.`,
    );
  }
  throw notOurs(name);
}

function ofEvents(content: string, name: string): SavedRun {
  const lines = content.split('\n');
  const events: RunEvent[] = [];
  const judgedIn = new Map<string, number>();
  let incomplete: string | null = null;
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '') continue;
    const place = `${name}:${index + 1}`;
    const event = parsed(line);
    if (event === undefined && index === lines.length - 1) {
      incomplete = `${place}: the last line is cut. The report covers what comes before it.`;
      break;
    }
    if (event === undefined) throw new InvalidSavedRun(`${place}: this line is not JSON.`);
    if (!isRecord(event) || typeof event['type'] !== 'string') throw notOurs(place);
    if (events.length === 0) begin(event, place);
    // A later version may tell of more; that it does so is no reason to tell less.
    if (!eventTypes.includes(event['type'])) continue;
    const wrong = faultOf(eventShape, event, 'event');
    if (wrong !== null) throw new InvalidSavedRun(`${place}: ${wrong}.`);
    if (events.length > 0 && event['type'] === 'run-started') {
      throw new InvalidSavedRun(
        `${place}: a second run begins here: a report is about one. Give each run a file of its own.`,
      );
    }
    const told = event as RunEvent & typeof event;
    if (told.type === 'behaviour-finished') {
      const before = judgedIn.get(told.id);
      if (before !== undefined) throw judgedTwice(told.id, place, before);
      judgedIn.set(told.id, index + 1);
    }
    if (told.type === 'planned' && events.some(({ type }) => type === 'planned')) {
      throw new InvalidSavedRun(
        `${place}: planned comes a second time: expected one list of behaviours, before their verdicts.`,
      );
    }
    events.push(told);
  }
  const isEnded = events.at(-1)?.type === 'run-finished';
  incomplete ??= isEnded
    ? null
    : `${name} ends before the run does. The report covers what it contains.`;
  return { events, incomplete };
}

function begin(event: Readonly<Record<string, unknown>>, place: string): void {
  if (event['type'] !== 'run-started') {
    throw new InvalidSavedRun(
      `${place}: a saved run begins with run-started, this one with ${JSON.stringify(event['type'])}: its beginning is missing.`,
    );
  }
  checkSchema(event['schema'], 'conform/events/', place);
}

function report(saved: Readonly<Record<string, unknown>>, name: string): Report {
  if (typeof saved['schema'] !== 'string') throw notOurs(name);
  checkSchema(saved['schema'], 'conform/report/', name);
  const wrong = faultOf(reportShape, saved, 'report');
  if (wrong !== null) throw new InvalidSavedRun(`${name}: ${wrong}.`);
  return saved as Report & typeof saved;
}

function checkSchema(schema: unknown, family: string, place: string): void {
  if (schema === `${family}1`) return;
  const version = typeof schema === 'string' && schema.startsWith(family) ? schema : null;
  if (version === null) throw notOurs(place);
  throw new InvalidSavedRun(
    `${place}: this was written in the form ${version} by a newer conform, and this version reads ${family}1: update conform.`,
  );
}

/** The events that amount to the report; the order in which they came is not kept in it. */
function eventsOf(saved: Report): RunEvent[] {
  const { tool, target, seed, strict, startedAt, contract, behaviours, notices, causes } = saved;
  const { cutShort, unreachable, outputTail, durationMs, baseline, refuted } = saved;
  return [
    { type: 'run-started', schema: 'conform/events/1', tool, target, seed, strict, startedAt },
    ...(contract === null ? [] : [{ type: 'contract-found' as const, contract }]),
    ...notices.map((message) => ({ type: 'noticed' as const, message })),
    {
      type: 'planned',
      behaviours: behaviours.map(({ id, family, level, requirement, reference }) => {
        return { id, family, level, requirement, reference };
      }),
      ...(baseline === undefined ? {} : { known: baseline.entries.map(({ id }) => id) }),
    },
    ...behaviours.map(({ id, durationMs: itsMs, verdict }) => {
      return { type: 'behaviour-finished' as const, id, durationMs: itsMs, verdict };
    }),
    ...(causes.length === 0 && refuted === undefined
      ? []
      : [
          {
            type: 'diagnosed' as const,
            causes,
            ...(refuted === undefined ? {} : { refuted }),
          },
        ]),
    ...(baseline === undefined
      ? []
      : [{ type: 'compared-with-baseline' as const, comparison: baseline }]),
    {
      type: 'run-finished',
      durationMs,
      ...(cutShort === null ? {} : { cutShort }),
      ...(unreachable === null ? {} : { unreachable }),
      ...(outputTail === undefined ? {} : { outputTail }),
    },
  ];
}

function judgedTwice(id: string, place: string, line: number): InvalidSavedRun {
  return new InvalidSavedRun(
    `${place}: ${JSON.stringify(id)} has a verdict already, in line ${line}: expected one for each behaviour.`,
  );
}

function notOurs(place: string): InvalidSavedRun {
  return new InvalidSavedRun(`${place} is not a saved run of conform. ${howToSave}`);
}

/** The value, or undefined when the text is no JSON. */
function parsed(content: string): unknown {
  try {
    return JSON.parse(content) as unknown;
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
