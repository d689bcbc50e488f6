// Which contract a reply follows, or resembles; and what a server is when it keeps none.
import type { Contract } from '../contracts/contract.ts';
import { byteShift } from '../contracts/byte-shift.ts';
import { echo } from '../contracts/echo.ts';
import { uppercase } from '../contracts/uppercase.ts';
import type { ContractInfo } from '../events/events.ts';

/**
 * Text with capitals, small letters, a blank, digits and a line end: contracts differ on it. It is of 17 bytes, of which
 * no buffer but that of one byte is filled without a rest.
 */
export const probe = Buffer.from('Hello, World 123\n');

/** What a stream of bytes is held to: all other contracts show by more than their bytes. */
const streams: readonly Contract[] = [echo, uppercase];

export type Form = NonNullable<ContractInfo['form']>;

export interface Guess {
  readonly contract: Contract;
  readonly found: ContractInfo['found'];
  readonly form: Form | null;
  /** True when nothing of what was sent stands in what came. */
  readonly isUnlike: boolean;
}

/** Whether a reply to the probe follows some map of its bytes, known here. */
export function isKnownReply(heard: Buffer): boolean {
  return [...streams, byteShift].some(({ reply }) => reply(probe).equals(heard));
}

/** The contract for what was heard in reply to the probe; says in `how` what led there. */
export function recognise(heard: Buffer, how: string[]): Guess {
  const said = quoted(probe);
  const exact = streams.find(({ reply }) => reply(probe).equals(heard));
  if (exact !== undefined) {
    how.push(`To ${said} it replied ${quoted(heard)}: ${exact.title}.`);
    return { contract: exact, found: 'detected', form: null, isUnlike: false };
  }
  if (byteShift.reply(probe).equals(heard)) {
    how.push(
      `To ${said} it replied ${quoted(heard)}: every byte lowered by 32. It is tested as uppercase.`,
    );
    return { contract: uppercase, found: 'nearest', form: shiftForm, isUnlike: false };
  }
  const likeness = (contract: Contract): number => alike(contract.reply(probe), heard);
  const nearest = likeness(uppercase) > likeness(echo) ? uppercase : echo;
  // A reply that resembles none is held to the simplest: an echo.
  const isAlike = likeness(nearest) * 2 >= probe.length;
  const judgedAs = isAlike ? nearest : echo;
  const shown = quoted(heard.subarray(0, 80));
  how.push(
    heard.length === 0
      ? `To ${said} it replied nothing. It is tested as ${judgedAs.title}.`
      : `To ${said} it replied ${shown}, which no contract allows. It is tested as ${judgedAs.title}.`,
  );
  return { contract: judgedAs, found: 'nearest', form: null, isUnlike: !isAlike };
}

export const quoted = (bytes: Buffer): string => JSON.stringify(bytes.toString('latin1'));

const asEcho = `A correct echo would have replied ${quoted(probe)} to ${quoted(probe)} and kept the connection open.`;

const shiftForm: Form = {
  id: byteShift.id,
  title: byteShift.title,
  instead: `A correct uppercase would have replied ${quoted(uppercase.reply(probe))} to ${quoted(probe)}.`,
};

/** The form of a server that keeps `contract`, which is neither echo nor uppercase. */
export function formOf({ id, title, opening }: Contract): Form {
  const instead =
    opening === 'server'
      ? 'A correct echo would have sent nothing of its own, and back what its client sent.'
      : asEcho;
  return { id, title, instead };
}

/** How many bytes agree, at the best offset: a greeting in front must not hide an echo. */
function alike(expected: Buffer, heard: Buffer): number {
  let best = 0;
  for (let offset = 0; offset < Math.min(heard.length, 2000); offset += 1) {
    let same = 0;
    expected.forEach((byte, index) => (same += heard[offset + index] === byte ? 1 : 0));
    best = Math.max(best, same);
  }
  return best;
}
