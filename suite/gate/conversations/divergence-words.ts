// A divergence in words and bytes; nothing but digits comes from the servers.
import type { HeardEnd } from '../../../clients/conversation/played.ts';
import type { Excerpt } from '../../events/events.ts';
import { counted } from '../../text/measures.ts';
import type { Divergence, PartedSide } from './divergence.ts';

/** One sentence: what the client did, and what each of the two did then. */
export function divergenceWords(divergence: Divergence): string {
  const { client, alike, reference, candidate } = divergence;
  const replies = alike >= 16 ? `both reply ${counted(alike, 'byte')} alike, and then ` : '';
  const [theirs, ours] = [sideWords(reference), sideWords(candidate)];
  return `client ${client} ${deedWords(divergence.after)}; ${replies}the reference ${theirs}, the candidate ${ours}.`;
}

/** How often it was seen, in words; empty when it was seen each time. */
export function seenWords({ seen: { failed, of } }: Divergence): string {
  return failed === of ? '' : ` Reproduced ${failed} of ${counted(of, 'time')}.`;
}

function deedWords(after: Divergence['after']): string {
  if (after.did !== 'send') return after.did === 'connect' ? 'connects' : 'sends FIN';
  return `sends ${counted(after.bytes.length, 'byte')} ${digits(after.bytes)}`;
}

function sideWords({ sent, end }: PartedSide): string {
  const isTail = sent.offset > 0;
  const what =
    sent.length === 0
      ? end === null || end === 'open' || end === 'left'
        ? 'replies nothing'
        : undefined
      : isTail && sent.offset + 4 >= sent.length
        ? 'sends nothing more'
        : `replies ${isTail ? '' : `${counted(sent.length, 'byte')} `}${digits(sent)}`;
  const how = end === null ? undefined : endWords[end];
  return [what, how].filter((part) => part !== undefined && part !== '').join(' and ');
}

const endWords: Readonly<Record<HeardEnd, string>> = {
  fin: 'closes (FIN)',
  reset: 'aborts the connection (RST)',
  open: 'leaves the connection open',
  left: '',
  refused: 'does not accept the client',
};

/** `61 00 62`, with dots where bytes are left out. */
function digits({ hex, offset, length }: Excerpt): string {
  const bytes = hex.match(/../gu) ?? [];
  const before = offset > 0 ? '… ' : '';
  const behind = offset + bytes.length < length ? ' …' : '';
  return `${before}${bytes.join(' ')}${behind}`;
}
