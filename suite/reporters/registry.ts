// The report formats by name. A reporter's code loads only when it is asked for.
import { resolve } from 'node:path';
import { openPlace, placeKey } from '../files/output-place.ts';
import type { OutputPlace, Outside } from '../files/place.ts';
import { multiplexed, type NamedReporter, type OpenedReporters } from './multiplexer.ts';
import { nearestNames } from '../text/nearest-names.ts';
import {
  ReporterUnavailable,
  type Detail,
  type OpenReporter,
  type ReporterContext,
} from './reporter.ts';
import type { Reveal } from '../events/reveal.ts';
import { revealing } from './revealing.ts';
import type { Rubric } from '../points/rubric.ts';

interface Format {
  readonly name: string;
  /** One line for `--help`. */
  readonly description: string;
  readonly load: () => Promise<{ readonly openReporter: OpenReporter }>;
  /** True when a rubric changes what it says. */
  readonly gives?: 'points';
  /** True when others may read its file while it grows; the others are whole or not there. */
  readonly isFollowed?: boolean;
}

/** What is said to reports beside the run. */
export interface ReportChoices {
  /** What each promise is worth. */
  readonly rubric?: Rubric;
  /** How much of a failure every report tells; `full` when absent. */
  readonly reveal?: Reveal;
  /** The same for one format, by its name: each report has its own readers. */
  readonly revealIn?: ReadonlyMap<string, Reveal>;
  /** The capture file of a failed behaviour; it tells all, and is named only where all may be told. */
  readonly captureOf?: (id: string) => string | undefined;
  /** False when the command that runs has no `--seed`. */
  readonly takesSeed?: boolean;
  /** How much the report for people tells; `usual` when absent. */
  readonly detail?: Detail;
}

/** Every report format, in the order in which `--help` lists them. */
export const formats: readonly Format[] = [
  {
    name: 'pretty',
    description: 'for people: live progress on a terminal, causes and how to fix them',
    load: () => import('./pretty/pretty.ts'),
  },
  {
    name: 'json',
    description: 'the whole report as one JSON document (report.schema.json)',
    load: () => import('./json.ts'),
  },
  {
    name: 'ndjson',
    description: 'one JSON event per line, written during the run',
    load: () => import('./ndjson.ts'),
    isFollowed: true,
  },
  {
    name: 'junit',
    description: 'the XML that Jenkins, GitLab and GitHub Actions read',
    load: () => import('./junit.ts'),
  },
  {
    name: 'ctrf',
    description: 'the Common Test Report Format (ctrf.io), JSON for dashboards',
    load: () => import('./ctrf.ts'),
  },
  {
    name: 'html',
    description: 'one page to read, filter, print or send; works offline',
    load: () => import('./html/html.ts'),
  },
  {
    name: 'markdown',
    description: 'a job summary for GitHub, GitLab and Forgejo',
    load: () => import('./markdown.ts'),
  },
  {
    name: 'github',
    description: 'annotations and collapsible groups in a GitHub Actions log',
    load: () => import('./github.ts'),
  },
  {
    name: 'tap',
    description: 'TAP 14, with YAML diagnostics',
    load: () => import('./tap.ts'),
  },
  {
    name: 'gradescope',
    description: 'results.json with points, from --rubric or 1 for each "must"',
    load: () => import('./platforms/gradescope.ts'),
    gives: 'points',
  },
  {
    name: 'classroom50',
    description: 'result.json of Classroom 50, with whole-number points',
    load: () => import('./platforms/classroom50.ts'),
    gives: 'points',
  },
  {
    name: 'prairielearn',
    description: 'results.json of PrairieLearn, with a score from 0 to 1',
    load: () => import('./platforms/prairielearn.ts'),
    gives: 'points',
  },
  {
    name: 'autolab',
    description: 'feedback for Autolab, its scores as JSON in the last line',
    load: () => import('./platforms/autolab.ts'),
    gives: 'points',
  },
  {
    name: 'badge',
    description: 'the verdict in one line, short enough for a commit status',
    load: () => import('./badge.ts'),
  },
];

export { ReporterUnavailable };

/** The names of those that give points. */
const giving = formats.flatMap(({ name, gives }) => (gives === 'points' ? [name] : []));

/** A reporter as asked for on the command line. */
interface Request {
  readonly format: Format;
  /** An absolute path, or null for standard output. */
  readonly file: string | null;
}

/**
 * The reporters that `specs` ask for, each `NAME` or `NAME=FILE`, as one. That a file can be written is
 * seen at once, and the folders that it needs are made: a run is not wasted on a report that cannot be
 * kept. A report of an earlier run stays until the new one is whole.
 * @param standardOutput where a reporter without a file writes
 * @param choices what is said to them beside the run
 * @throws {ReporterUnavailable} when a name is unknown, a file cannot be written, or two reporters
 * would write to the same place, or a choice is about a reporter that is not there
 */
export async function openReporters(
  specs: readonly string[],
  standardOutput: ReporterContext & Partial<Outside>,
  choices: ReportChoices = {},
): Promise<OpenedReporters> {
  const requests = specs.map(parsed);
  refuseSharedPlaces(requests);
  refuseIdleChoices(requests, choices);
  const { rubric, reveal = 'full', revealIn, takesSeed = true, captureOf, detail } = choices;
  const graded = rubric === undefined ? {} : { rubric };
  const opened: NamedReporter[] = [];
  try {
    for (const { format, file } of requests) {
      const { openReporter } = await format.load();
      const place =
        file === null
          ? { context: standardOutput, finish: () => undefined }
          : fileContext(format, file, standardOutput);
      const level = revealIn?.get(format.name) ?? reveal;
      const reporter =
        format.gives === 'points'
          ? openReporter({ ...place.context, ...graded, reveal: level })
          : revealing(
              openReporter({
                ...place.context,
                takesSeed,
                ...(detail === undefined ? {} : { detail }),
                ...(captureOf === undefined || level !== 'full' ? {} : { captureOf }),
              }),
              level,
            );
      opened.push({
        name: format.name,
        reporter,
        close: place.finish,
      });
    }
  } catch (error) {
    for (const { close } of opened) await close(false);
    throw error;
  }
  return multiplexed(opened);
}

/** Whether `spec` asks for a file; else its report goes to standard output. */
export const isForFile = (spec: string): boolean => spec.includes('=');

function parsed(spec: string): Request {
  const [name = ''] = spec.split('=', 1);
  const file = isForFile(spec) ? spec.slice(name.length + 1) : null;
  const format = formats.find((candidate) => candidate.name === name);
  if (format === undefined) throw new ReporterUnavailable(unknownName(name));
  if (file === '') {
    throw new ReporterUnavailable(`--reporter ${spec} names no file after the equals sign.`);
  }
  return { format, file: file === null ? null : resolve(file) };
}

function unknownName(name: string): string {
  const names = formats.map((format) => format.name);
  const near = nearestNames(name, names);
  const meant = near.length === 0 ? '' : ` Did you mean ${near.join(' or ')}?`;
  return `There is no reporter named "${name}".${meant} There are: ${names.join(', ')}.`;
}

function refuseSharedPlaces(requests: readonly Request[]): void {
  const taken = new Map<string, Request>();
  for (const request of requests) {
    const { format, file } = request;
    const key = placeKey(file);
    if (key === undefined) continue;
    const other = taken.get(key);
    if (other !== undefined) {
      const names = [...new Set([other.file, file].map((one) => one ?? 'standard output'))];
      const place =
        names.length === 1 ? names.join('') : `${names.join(' and ')}, which are the same`;
      throw new ReporterUnavailable(
        `The reporters ${other.format.name} and ${format.name} would both write to ${place}: give one a file of its own, as in --reporter ${format.name}=FILE.`,
      );
    }
    taken.set(key, request);
  }
}

/** A choice without effect is a mistake: a student would be shown what was to be hidden. */
function refuseIdleChoices(
  requests: readonly Request[],
  { rubric, revealIn = new Map<string, Reveal>() }: ReportChoices,
): void {
  if (rubric !== undefined && !requests.some(({ format }) => format.gives === 'points')) {
    throw new ReporterUnavailable(
      `A rubric was given, but no reporter uses it: add --reporter gradescope=results.json, or another that gives points (${giving.join(', ')}).`,
    );
  }
  for (const [name, reveal] of revealIn) {
    if (requests.some(({ format }) => format.name === name)) continue;
    const isKnown = formats.some((format) => format.name === name);
    throw new ReporterUnavailable(
      isKnown
        ? `--reveal ${name}=${reveal} is for a reporter that was not requested: add --reporter ${name}=FILE.`
        : unknownName(name),
    );
  }
}

/** A file holds plain lines whatever the terminal can do. */
function fileContext(
  { name, isFollowed = false }: Format,
  file: string,
  {
    write,
    writeError = write,
    signal = new AbortController().signal,
    environment = {},
  }: ReporterContext & Partial<Outside>,
): { readonly context: ReporterContext; readonly finish: OutputPlace['finish'] } {
  try {
    const place = openPlace(file, { write, writeError, signal }, { isFollowed });
    const context = {
      write: place.write,
      isTerminal: false,
      useColour: false,
      columns: 100,
      environment,
    };
    return { context, finish: place.finish };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ReporterUnavailable(`The ${name} report cannot be written to ${file}: ${reason}`, {
      cause,
    });
  }
}
