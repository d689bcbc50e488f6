// A mistake of a server that takes lines: it makes something else of each line, while the run goes on apart from that. What
// a client hears then is told here, the line endings that were added for it included.
import { apartFrom } from '../../contracts/apart-from/apart-from.ts';
import type { LineEnding } from '../../contracts/apart-from/deviation.ts';
import { takesOnlyLines } from '../../contracts/apart-from/takes-only-lines.ts';
import { nothing, type Change, type Rewrite } from './rewrite.ts';

/** Whether the mistake befalls a line with its ending, or what is left when that was taken away. */
export type Part = 'with-its-ending' | 'without-its-ending';

/** What is heard of a server that makes `of` of each line; its replies are those to the lines that it was sent. */
export function ofLines(
  { of, ends }: Pick<Rewrite, 'of' | 'ends'>,
  ending: LineEnding,
  part: Part,
): Pick<Rewrite, 'of' | 'ends'> {
  const { sent, heard } = ending;
  const bare = (line: Buffer): Buffer =>
    isEnded(line, sent) ? line.subarray(0, line.length - sent.length) : line;
  const seen = (line: Buffer): Buffer => (part === 'with-its-ending' ? line : bare(line));
  const replyTo = (line: Buffer, past: readonly Buffer[]): Buffer => {
    const reply = of(seen(line), past.map(seen));
    if (!isEnded(line, sent)) return reply;
    if (part === 'without-its-ending') return Buffer.concat([reply, heard]);
    return isEnded(reply, sent) ? Buffer.concat([bare(reply), heard]) : reply;
  };
  const heardOf: Change = (message, past) => {
    const client = apartFrom([takesOnlyLines(ending)], { reply: (request) => request });
    const before: Buffer[] = [];
    let last: Buffer = nothing;
    for (const said of [...past, message]) {
      const replies: Buffer[] = [];
      for (const line of linesOf(Buffer.concat([client.say(said), client.endMessage()]), sent)) {
        replies.push(replyTo(line, before));
        before.push(line);
        if (ends?.(seen(line)) === true) break;
      }
      last = client.hear(Buffer.concat(replies));
    }
    return last;
  };
  if (ends === undefined) return { of: heardOf };
  const endsAt = (message: Buffer): boolean => {
    const wire = isEnded(message, sent) ? message : Buffer.concat([message, sent]);
    return linesOf(wire, sent).some((line) => ends(seen(line)));
  };
  return { of: heardOf, ends: endsAt };
}

const isEnded = (line: Buffer, sent: Buffer): boolean => line.subarray(-sent.length).equals(sent);

/** The lines of `bytes`, each with its ending; what has none is the last. */
function linesOf(bytes: Buffer, sent: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  for (let from = 0; from < bytes.length;) {
    const at = bytes.indexOf(sent, from);
    const end = at < 0 ? bytes.length : at + sent.length;
    lines.push(bytes.subarray(from, end));
    from = end;
  }
  return lines;
}
