// Whether it is the percent sign that spoils a reply, as where a message is the format of printf().
import type { Match } from '../../cause.ts';
import { turnsOf, type Evidence, type Failure } from '../../evidence.ts';
import { isWhole, type Exchange } from '../../exchanges.ts';
import { quoted } from '../../rewrites/learned.ts';

const percent = 0x25;

/** What Perl, C and Python print of a format that has more in it than was given. */
const complaint = /(in s?printf|not enough arguments for format|unsupported format character).*/;

/** Turns that say nothing of a percent sign: not awaited, in pieces, or cut at a NUL as C strings are. */
function tells({
  sent,
  received,
  writes,
  wasSilent,
  endedFirst,
  endedAfterFin,
}: Exchange): boolean {
  const isOver = endedFirst !== undefined || endedAfterFin !== undefined;
  const isAwaited = received.length > 0 || wasSilent || isOver;
  return writes === 1 && isWhole(sent) && isAwaited && !sent.head.includes(0);
}

const isOfContent = ({ family, id }: Failure): boolean =>
  family === 'payload' && id !== 'payload/answers';

/** All wrong replies are to messages with a percent sign, and no right one is; two at the least. */
export function atEachPercent(evidence: Evidence): Match | undefined {
  if (!evidence.isByByte) return undefined;
  const isRight = ({ sent, received }: Exchange): boolean =>
    isWhole(received) && received.head.equals(evidence.reply(sent.head));
  const failures = evidence.failures.filter(isOfContent).map((failure) => {
    const turns = turnsOf(failure).filter(tells);
    return { failure, wrong: turns.filter((turn) => !isRight(turn)), right: turns.filter(isRight) };
  });
  const wrong = failures.flatMap((one) => one.wrong);
  const hasPercent = ({ sent }: Exchange): boolean => sent.head.includes(percent);
  const isSo = wrong.every(hasPercent) && !failures.some(({ right }) => right.some(hasPercent));
  const messages = new Set(wrong.map(({ sent }) => sent.head.toString('latin1')));
  const printed = complaint.exec(evidence.output)?.[0].trim().slice(0, 120);
  if (!isSo || messages.size < (printed === undefined ? 2 : 1)) return undefined;
  const isLeftOut = ({ sent, received }: Exchange): boolean =>
    received.head.equals(Buffer.from(sent.head.filter((byte) => byte !== percent)));
  if (wrong.every(isLeftOut)) return undefined;
  const [shown] = [...wrong].sort((one, other) => one.sent.length - other.sent.length);
  if (shown === undefined) return undefined;
  const { sent, received } = shown;
  const came = received.length === 0 ? 'nothing' : quoted(received.head);
  const said = printed === undefined ? '' : ` It printed: … ${printed}`;
  return {
    confidence: printed === undefined ? 'likely' : 'certain',
    shows: `All messages that contain a % are answered wrongly, and no other is: to ${quoted(sent.head)} came ${came}.${said}`,
    explains: failures.filter((one) => one.wrong.length > 0).map(({ failure }) => failure.id),
  };
}
