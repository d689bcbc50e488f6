// Whether ordinary messages are served rightly, so that what is special can be to blame.
import type { Evidence, Failure } from '../../evidence.ts';
import { isWhole, type Exchange } from '../../exchanges.ts';

const isOfContent = ({ family }: Failure): boolean =>
  family === 'payload' || family === 'stream' || family === 'half-close';

/** True when a client alone is served wrongly whatever it says. */
export function isContentWrong({ failures }: Evidence): boolean {
  return failures.some(isOfContent);
}

/** True when what came back in a turn is what was due. */
export function isRight({ sent, received }: Exchange, { reply }: Evidence): boolean {
  return isWhole(sent) && isWhole(received) && received.head.equals(reply(sent.head));
}
