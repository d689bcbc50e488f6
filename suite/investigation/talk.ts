// What one client says in an experiment, in a form that is easily varied.
import { bytesOf, firstClient, payloadOf } from '../../clients/conversation/conversation.ts';
import type { SpokenStep } from '../../clients/conversation/messages.ts';
import { leaveInOrder, receiveDue } from '../../clients/conversation/write-conversation.ts';
import type { Experiment } from './experiment.ts';

/** One client's messages on one connection. */
export interface Talk {
  readonly messages: readonly Buffer[];
  /** When the client reads: each reply before the next message, or all replies behind the last. */
  readonly reads: 'each-reply' | 'at-the-end';
  /** True where the FIN is sent right behind the last message, before any reply to it is read. */
  readonly isFinBehind: boolean;
}

/** Cuts of the last message, where it is sent in several writes. */
interface Writing {
  readonly cuts?: readonly number[];
  readonly asWritten?: boolean;
}

/** The experiment in which a client says that. */
export function experimentOf(talk: Talk, { cuts, asWritten = false }: Writing = {}): Experiment {
  const { messages, reads, isFinBehind } = talk;
  const client = firstClient;
  const last = messages.length - 1;
  const steps = messages.flatMap((bytes, index): SpokenStep[] => {
    const send: SpokenStep = {
      do: 'send',
      client,
      payload: payloadOf(bytes),
      cuts: index === last ? (cuts ?? []) : [],
    };
    if (index === last)
      return isFinBehind ? [send, leaveInOrder(client)] : [send, receiveDue(client)];
    return reads === 'each-reply' ? [send, receiveDue(client)] : [send];
  });
  return {
    steps: [{ do: 'connect', client }, ...steps],
    ...(asWritten ? { asWritten: true as const } : {}),
  };
}

/** What the only client of `steps` says; undefined where there are several, or it does something else too. */
export function talkOf(steps: readonly SpokenStep[]): Talk | undefined {
  const [first, ...rest] = steps;
  if (first?.do !== 'connect') return undefined;
  if (
    rest.some(
      ({ client, do: what }) => client !== first.client || what === 'connect' || what === 'reset',
    )
  )
    return undefined;
  const messages = rest.flatMap((step) => (step.do === 'send' ? [bytesOf(step.payload)] : []));
  const lastSend = rest.findLastIndex((step) => step.do === 'send');
  const between = rest.slice(0, lastSend);
  if (messages.length === 0 || between.some((step) => step.do === 'await-end')) return undefined;
  const awaited = between.filter((step) => step.do === 'receive').length;
  if (awaited > 0 && awaited !== messages.length - 1) return undefined;
  return {
    messages,
    reads: awaited === messages.length - 1 ? 'each-reply' : 'at-the-end',
    isFinBehind: rest[lastSend + 1]?.do === 'await-end',
  };
}
