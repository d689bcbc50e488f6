// Hands every event to every reporter. One that throws is heard no more, and nobody else notices.
import type { RunEvent } from '../events/events.ts';
import type { Report } from '../events/report.ts';
import type { Reporter } from './reporter.ts';

/** A reporter at work, under the name by which it was asked for. */
export interface NamedReporter {
  readonly name: string;
  readonly reporter: Reporter;
  /** Puts what it wrote in its place, unless that is not whole, and lets go of it. */
  readonly close: (isWhole: boolean) => void | Promise<void>;
}

/** A reporter that could not do its work; its report is missing or incomplete. */
interface ReporterFailure {
  readonly name: string;
  readonly error: Error;
}

/** All reporters of a run as one, which never throws. */
export interface OpenedReporters {
  onEvent(event: RunEvent): void;
  /** Lets each write the rest and closes its file; resolves with those that failed. */
  finish(report: Report): Promise<readonly ReporterFailure[]>;
}

export function multiplexed(reporters: readonly NamedReporter[]): OpenedReporters {
  const failures = new Map<NamedReporter, ReporterFailure>();
  const failed = (named: NamedReporter, thrown: unknown): void => {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    // The first error is the cause, what follows only its consequence.
    if (!failures.has(named)) failures.set(named, { name: named.name, error });
  };
  return {
    onEvent(event) {
      for (const named of reporters) {
        if (failures.has(named)) continue;
        try {
          named.reporter.onEvent(event);
        } catch (thrown) {
          failed(named, thrown);
        }
      }
    },
    async finish(report) {
      const closing: Promise<void>[] = [];
      for (const named of reporters) {
        let isWhole = false;
        try {
          // Also of one that threw before: the report alone may be enough for it.
          await named.reporter.finish(report);
          isWhole = true;
        } catch (thrown) {
          failed(named, thrown);
        }
        // Not one after another: a pipe that nobody reads must not keep the others from their places.
        closing.push(closed(named, isWhole).catch((thrown: unknown) => failed(named, thrown)));
      }
      await Promise.all(closing);
      return [...failures.values()];
    },
  };
}

async function closed({ close }: NamedReporter, isWhole: boolean): Promise<void> {
  await close(isWhole);
}
