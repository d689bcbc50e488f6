// What a build printed, made fit to be read by the student whose program it is.
import { scriptWord } from '../recognising/find-program.ts';
import { SubmissionUnusable } from '../unusable.ts';

/** The engine's own words between the lines that the build's commands printed. */
const engineLines =
  /^(?:Step \d+\/\d+ : .*| ---> .*|Removing intermediate container .*|Successfully (?:built|tagged) .*)$/u;

/** `log` without what the engine says of its own work. */
export function readableLog(log: string): string {
  return log
    .split(/\r?\n/u)
    .filter((line) => !engineLines.test(line))
    .join('\n')
    .trim();
}

export interface Failure {
  readonly log: string;
  /** In the engine's words, or ours. */
  readonly problem: string;
  readonly isLate: boolean;
  readonly limitMs: number;
  readonly network: boolean;
}

const fetching =
  /Temporary failure resolving|Could not resolve|Network is unreachable|Name or service not known|EAI_AGAIN|Temporary failure in name resolution/iu;

/** A build that failed, in a sentence for its author. */
export function notBuilt(
  how: string,
  { log, problem, isLate, limitMs, network }: Failure,
): SubmissionUnusable {
  return new SubmissionUnusable('not-built', sentence(), { how, log });

  function sentence(): string {
    if (isLate) {
      return (
        `Its build (${how}) was not over after ${limitMs / 1000} s, and was stopped. Expected one ` +
        'that ends by itself: does it start the server?'
      );
    }
    const own = log
      .split('\n')
      .findLast((line) => line.startsWith(scriptWord))
      ?.slice(scriptWord.length);
    if (own !== undefined) return own;
    if (!network && fetching.test(log)) {
      return (
        `Its build (${how}) fetches something from the network, which it does not have. Submit all ` +
        'that it needs; an instructor may allow it with --build-network.'
      );
    }
    const code = /returned a non-zero code: (\d+)/u.exec(problem)?.[1];
    if (code === '137') {
      return `Its build (${how}) was killed: it needs more memory than it may have.`;
    }
    const missing = /(?:^|\s)(\S+): (?:command )?not found/u.exec(log)?.[1];
    if (code === '127' && missing !== undefined) {
      return `Its build (${how}) needs ${missing}, which is not among its tools. The end of its log is in its report.html.`;
    }
    return code === undefined
      ? `Its build (${how}) failed: ${problem}`
      : `Its build (${how}) failed with code ${code}. The end of its log is in its report.html.`;
  }
}
