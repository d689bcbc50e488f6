// What is said to both servers, byte for byte and cut for cut: plain data that holds nothing of either.
import type { Conversation, Given, Message } from '../../behaviours/given.ts';
import { segments } from '../../behaviours/given.ts';

/** One deed of one client. */
export type ScheduledStep =
  | { readonly do: 'connect'; readonly client: string }
  /** One segment, as far as the network keeps it apart from the next. */
  | { readonly do: 'send'; readonly client: string; readonly bytes: Buffer }
  /** Waits until this client has received so many bytes since it connected, or no more come. */
  | { readonly do: 'receive'; readonly client: string; readonly byteCount: number }
  | { readonly do: 'pause-reading' | 'resume-reading'; readonly client: string }
  /** Sends FIN. */
  | { readonly do: 'half-close'; readonly client: string }
  | { readonly do: 'reset'; readonly client: string }
  /** Receives until the server ends its side. */
  | { readonly do: 'await-end'; readonly client: string };

export interface ScheduledConversation {
  /** What it is about, a few words. */
  readonly title: string;
  readonly steps: readonly ScheduledStep[];
}

/** How many bytes a server owes for a request; what it sends of its own accord is not counted. */
export type Owed = (request: Buffer) => number;

/** Writes down what clients do, and waits for what they are owed where that was asked for. */
export class ScheduleWriter {
  readonly #steps: ScheduledStep[] = [];
  readonly #owed = new Map<string, number>();
  readonly #owes: Owed;

  constructor(owes: Owed) {
    this.#owes = owes;
  }

  get steps(): readonly ScheduledStep[] {
    return this.#steps;
  }

  connect(client: string): this {
    this.#owed.set(client, 0);
    return this.#add({ do: 'connect', client });
  }

  /** Sends without waiting. */
  send(client: string, bytes: Buffer): this {
    this.#owed.set(client, (this.#owed.get(client) ?? 0) + this.#owes(bytes));
    return this.#add({ do: 'send', client, bytes });
  }

  /** Waits for all that is owed. */
  receive(client: string): this {
    return this.#add({ do: 'receive', client, byteCount: this.#owed.get(client) ?? 0 });
  }

  /** Sends each segment by itself: the reply to it proves that it was read alone. */
  say(client: string, message: Message): this {
    for (const segment of segments(message)) this.send(client, segment).receive(client);
    return this;
  }

  end(client: string): this {
    return this.#add({ do: 'half-close', client }).awaitEnd(client);
  }

  awaitEnd(client: string): this {
    return this.#add({ do: 'await-end', client });
  }

  reset(client: string): this {
    return this.#add({ do: 'reset', client });
  }

  /** Anything that changes nothing of what is owed. */
  do(step: Extract<ScheduledStep, { do: 'half-close' | `${string}-reading` }>): this {
    return this.#add(step);
  }

  #add(step: ScheduledStep): this {
    this.#steps.push(step);
    return this;
  }
}

/** The conversation or scenario of a replay token, as it is held to both servers. */
export function scheduleOfGiven(given: Given, owes: Owed, title: string): ScheduledConversation {
  const writer = new ScheduleWriter(owes);
  if (given.kind === 'conversation') oneClient(writer, given.conversation);
  else {
    const open = new Set<string>();
    for (const step of given.steps) {
      const client = nameOf(step.client);
      if (step.do === 'connect') writer.connect(client);
      else if (step.do === 'send') writer.send(client, Buffer.from(step.text));
      else if (step.do === 'receive') writer.receive(client);
      else if (step.do === 'half-close') writer.end(client);
      else writer.receive(client).reset(client);
      if (step.do === 'connect') open.add(client);
      else if (step.do === 'half-close' || step.do === 'reset') open.delete(client);
    }
    for (const client of open) writer.end(client);
  }
  return { title, steps: writer.steps };
}

function oneClient(writer: ScheduleWriter, conversation: Conversation): void {
  writer.connect('A');
  for (const message of conversation) writer.say('A', message);
  writer.end('A');
}

/** `A`, `B`, … as transcripts have them. */
export const nameOf = (client: number): string => String.fromCharCode(65 + (client % 26));
