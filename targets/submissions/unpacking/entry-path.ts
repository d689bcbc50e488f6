// The names in an archive, as its author wrote them: only those that stay inside are taken.
import { SubmissionUnusable } from '../unusable.ts';

const longestPartBytes = 255;
const longestPathBytes = 1024;
const deepest = 40;

/** A refusal that names the entry, cut where the name itself is the attack. */
export function refusal(entry: string, reason: string, cause?: unknown): SubmissionUnusable {
  return new SubmissionUnusable('refused', `The entry ${shownName(entry)} ${reason}`, { cause });
}

/** An entry's name in quotes, cut where it is too long to be shown. */
export function shownName(entry: string): string {
  return JSON.stringify(entry.length > 120 ? `${entry.slice(0, 120)}…` : entry);
}

const packAgain = 'Pack the folder of your program itself, with names relative to it.';

/**
 * The parts of an entry's path below the submission's folder; none for that folder itself.
 * @throws {SubmissionUnusable} when the name leads out, or is none that every system can have
 */
export function entryParts(name: string): readonly string[] {
  if (name.includes('\\')) {
    throw refusal(name, `has a backslash in its name; folders are divided by "/". ${packAgain}`);
  }
  if (/\p{Cc}/u.test(name)) {
    throw refusal(name, 'has a control character in its name. Rename it.');
  }
  if (name.startsWith('/')) throw refusal(name, `is an absolute path. ${packAgain}`);
  if (/^[a-z]:/iu.test(name)) throw refusal(name, `begins with a drive letter. ${packAgain}`);
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.includes('..')) {
    throw refusal(name, `leads out of the archive by "..". ${packAgain}`);
  }
  const isLong =
    Buffer.byteLength(name) > longestPathBytes ||
    parts.some((part) => Buffer.byteLength(part) > longestPartBytes);
  if (isLong) {
    throw refusal(
      name,
      `has too long a name: at most ${longestPartBytes} bytes a part, ${longestPathBytes} in all.`,
    );
  }
  if (parts.length > deepest) {
    throw refusal(name, `lies too deep: at most ${deepest} folders one in another.`);
  }
  return parts;
}

/** What is no part of a program: what systems, editors and version control leave behind. */
export function isPassedOver(parts: readonly string[]): boolean {
  return parts.some((part) => part.startsWith('.') || part === '__MACOSX');
}
