// For a person: a head, a line a family as the run goes on, the failures in full, the verdict.
import type { BehaviourInfo, ContractInfo, RunEvent, TargetInfo } from '../../events/events.ts';
import type { JudgedBehaviour, Report } from '../../events/report.ts';
import { withoutKnown } from '../words/baseline-words.ts';
import { visible } from '../../text/escape.ts';
import { textWidth, wrapped } from '../../text/layout.ts';
import { counted } from '../../text/measures.ts';
import { palette, type Palette } from '../../text/palette.ts';
import { failureLines } from './pretty-failures.ts';
import { byFamily } from '../../events/report-parts.ts';
import { familyLines } from './pretty-families.ts';
import { rowsOf, screenLines } from './pretty-screen.ts';
import { StatusLines } from './pretty-status.ts';
import { summaryLines } from './pretty-summary.ts';
import type { Detail, OpenReporter, Reporter, ReporterContext } from '../reporter.ts';
import { marks } from '../words/wording.ts';

/** The report for a terminal or a log: live progress on the one, plain lines in the other. */
export const openReporter: OpenReporter = (context) => new Pretty(context);

/** A terminal of this height is looked at where none tells its own. */
const usualRows = 40;

class Pretty implements Reporter {
  readonly #context: ReporterContext;
  readonly #width: number;
  readonly #colours: Palette;
  readonly #status: StatusLines;
  /** The families that are not printed yet, in the order planned. */
  readonly #waiting = new Map<string, BehaviourInfo[]>();
  readonly #sizes = new Map<string, number>();
  readonly #judged = new Map<string, JudgedBehaviour>();
  #detail: Detail;
  #known: ReadonlySet<string> = new Set();
  #family = '';
  #failed = 0;
  #suspected = '';
  #planned = 0;
  #printsFamilies = false;

  constructor(context: ReporterContext) {
    this.#context = context;
    this.#width = textWidth(context.columns);
    this.#colours = palette(context.useColour, context.hasLinks);
    this.#status = new StatusLines(context);
    this.#detail = context.detail ?? 'usual';
  }

  onEvent(event: RunEvent): void {
    if (event.type === 'run-started') this.#start(event);
    else if (event.type === 'contract-found') this.#print(this.#contractLines(event.contract));
    else if (event.type === 'planned') this.#plan(event);
    else if (event.type === 'behaviour-started') this.#family = familyOf(event.id);
    else if (event.type === 'behaviour-finished') this.#judge(event);
    else if (event.type === 'suspected') this.#suspect(event);
    else if (event.type === 'noticed') this.#notice(event.message);
    if (event.type === 'run-finished') this.#status.clear();
    else this.#drawStatus();
  }

  finish(report: Report): void {
    this.#status.clear();
    const width = this.#width;
    for (const [family, members] of byFamily(report.behaviours)) {
      // A run cut short leaves families whose last behaviours never finished.
      if (this.#planned === 0 || this.#waiting.has(family)) this.#printFamily(family, members);
    }
    const told = withoutKnown(report);
    const summary = summaryLines(report, width, this.#colours, {
      ...this.#context,
      detail: this.#detail,
    });
    const failures = this.#failureLines(told, summary);
    this.#write([...(this.#detail === 'quiet' ? [] : ['']), ...failures, ...summary]);
  }

  #failureLines(report: Report, summary: readonly string[]): string[] {
    if (this.#detail === 'verbose') return failureLines(report, this.#width, this.#colours);
    const { columns, rows = usualRows } = this.#context;
    const screen = { rows, columns, width: this.#width, colours: this.#colours };
    // The prompt of the shell stands below.
    const taken = summary.reduce((sum, line) => sum + rowsOf(line, screen), 1);
    return screenLines(report, taken, screen);
  }

  #start({ tool, target, seed }: Extract<RunEvent, { type: 'run-started' }>): void {
    const head = `${tool.name} ${visible(tool.version)} · ${named(target)} · seed ${seed}`;
    this.#print(wrapped(head, this.#width).map(this.#colours.bold));
  }

  #contractLines({ id, title, found, how, ending, serves, form }: ContractInfo): string[] {
    const name = id === title ? visible(id) : `${visible(id)} (${visible(title)})`;
    const origin = {
      given: 'set by --contract',
      detected: 'auto-detected',
      nearest: 'closest match',
    };
    const traits = [
      ...(ending === null ? [] : [`“${visible(ending.word)}” ends a conversation`]),
      ...(serves === 'many'
        ? []
        : [serves === 'one' ? 'serves one client' : 'serves one at a time']),
    ];
    const head = [`contract ${name}, ${origin[found]}`, ...traits].join('; ');
    return [
      ...wrapped(head, this.#width),
      ...how.flatMap((step) => wrapped(visible(step), this.#width, '  ')).map(this.#colours.dim),
      ...(form === null ? [] : this.#formLines(form)),
    ];
  }

  #formLines({ title, instead }: NonNullable<ContractInfo['form']>): string[] {
    const known = `A known form of server: ${visible(title)}. ${visible(instead)}`;
    return wrapped(known, this.#width, '  ');
  }

  #plan({ behaviours, known = [] }: Extract<RunEvent, { type: 'planned' }>): void {
    this.#known = new Set(known);
    this.#planned = behaviours.length;
    // Who asks for one only wants to see it.
    if (behaviours.length === 1 && this.#detail === 'usual') this.#detail = 'verbose';
    for (const [family, members] of byFamily(behaviours)) {
      this.#waiting.set(family, members);
      this.#sizes.set(family, members.length);
    }
  }

  #judge({ id, durationMs, verdict }: Extract<RunEvent, { type: 'behaviour-finished' }>): void {
    const info = this.#waiting.get(familyOf(id))?.find((member) => member.id === id);
    if (info === undefined) return;
    this.#family = info.family;
    if (verdict.kind === 'failed') this.#failed += 1;
    this.#judged.set(id, { ...info, durationMs, verdict });
    // In the order planned, so that two runs of the same server read alike.
    for (const [family, members] of this.#waiting) {
      const judged = members.flatMap((member) => this.#judged.get(member.id) ?? []);
      if (judged.length < members.length) return;
      this.#printFamily(family, judged);
    }
  }

  #notice(message: string): void {
    this.#print(wrapped(`note: ${visible(message)}`, this.#width, '', '      '));
  }

  /** On a terminal it is drawn as long as it is all that is known; elsewhere what is written stays. */
  #suspect({ title, explains }: Extract<RunEvent, { type: 'suspected' }>): void {
    const said = `so far: ${visible(title)}`;
    this.#suspected = `${said.replace(/\.$/u, '')} (fits ${counted(explains.length, 'failure')})`;
    if (!this.#context.isTerminal)
      this.#print(wrapped(this.#suspected, this.#width, '', '        '));
  }

  #printFamily(family: string, judged: readonly JudgedBehaviour[]): void {
    this.#waiting.delete(family);
    const gap = this.#printsFamilies ? [] : [''];
    this.#printsFamilies = true;
    const how = { known: this.#known, isWhole: this.#detail === 'verbose' };
    this.#print([...gap, ...familyLines(family, judged, this.#width, this.#colours, how)]);
  }

  /** What is told as the run goes on: of no interest to who wants the verdict alone. */
  #print(lines: readonly string[]): void {
    if (this.#detail !== 'quiet') this.#write(lines);
  }

  #write(lines: readonly string[]): void {
    this.#status.clear();
    if (lines.length > 0) this.#context.write(`${lines.join('\n')}\n`);
  }

  #drawStatus(): void {
    if (this.#planned === 0) {
      this.#status.draw(['detecting the contract']);
      return;
    }
    const done = [...this.#judged.values()].filter(({ family }) => family === this.#family).length;
    const size = this.#sizes.get(this.#family);
    const place = size === undefined ? '' : `${visible(this.#family)} ${done}/${size}  `;
    const failures = this.#failed === 0 ? '' : `  ${marks.failed}${this.#failed}`;
    this.#status.draw([
      ...(this.#suspected === '' ? [] : [this.#suspected]),
      `${place}${this.#judged.size} of ${this.#planned}${failures}`,
    ]);
  }
}

function named({ label, address }: TargetInfo): string {
  const name = visible(label);
  return label === address ? name : `${name} at ${visible(address)}`;
}

function familyOf(id: string): string {
  return id.split('/', 1)[0] ?? id;
}
