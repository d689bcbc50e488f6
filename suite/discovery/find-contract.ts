// Finds out by a few short conversations which contract a server follows, and how many clients it
// takes. The first connection is spent with care: some servers serve one client and exit.
import type { Received } from '../../clients/connection/connection.ts';
import type { Contract, Ending, Serves } from '../contracts/contract.ts';
import { byteShift } from '../contracts/byte-shift.ts';
import { cStringEcho } from '../contracts/c-string-echo.ts';
import type { ContractInfo } from '../events/events.ts';
import { recogniseClosing } from './find-closing.ts';
import { findDeviations } from './deviations/find-deviations.ts';
import { hearLine } from './deviations/hear-line.ts';
import { findEnding } from './find-ending.ts';
import { holdFirstTurns, recogniseOperator, servesAfter, servesTheNext } from './find-operator.ts';
import {
  isGoneAfterOne,
  servesASecond,
  servesBesideAnIdle,
  servesOneAlone,
  servesTwoFresh,
  waitingNote,
  type Second,
} from './find-serves.ts';
import { excessBytes, FirstTalk, nothingSaid } from './first-talk.ts';
import {
  findOtherProtocol,
  nothingHeard,
  type FirstHeard,
  type OtherProtocol,
} from './other-protocols/ask.ts';
import { formOf, isKnownReply, probe, quoted, recognise, type Form } from './recognise.ts';
import { waitsForFin } from '../engine/world/replies-at-fin.ts';
import type { Session } from '../engine/session/session.ts';
import type { FirstConversation } from '../behaviours/first-conversation.ts';
import { closesAfterOne } from '../behaviours/visit.ts';

/** What a server that lowers every byte by 32 turns into its word. */
const shiftedToEnd = Buffer.from(Buffer.from('end').map((byte) => byte + 32));
const allBytes = Buffer.from(Uint8Array.from({ length: 256 }, (_, byte) => byte));

export interface Found {
  readonly info: ContractInfo;
  readonly first: FirstConversation;
}

export interface FindOptions {
  /** The contract that was asked for; undefined to find one. */
  readonly given: Contract | undefined;
  /** The ending word that was asked for; undefined to find out whether `end` is one. */
  readonly ending: Ending | undefined;
  readonly serves: Serves | undefined;
  /** Ends the finding out when it takes too long, with the reason to throw. */
  readonly limit: AbortSignal;
}

/**
 * Talks to the server and adopts the contract that it follows.
 * @throws {ConnectFailed} when it does not let the first client in
 * @throws {OtherProtocol} when it speaks another protocol, and no contract was asked for
 */
export async function findContract(session: Session, options: FindOptions): Promise<Found> {
  const finder = new Finder(session, options);
  const { given } = options;
  if (given?.opening === 'server') return finder.meetOperator(given);
  const talk = await finder.begin();
  try {
    return given !== undefined && closesAfterOne(given)
      ? await finder.hearOneMessage(talk, given)
      : await finder.converse(talk);
  } finally {
    talk.client.destroy();
  }
}

class Finder {
  readonly #session: Session;
  readonly #options: FindOptions;
  readonly #how: string[] = [];
  readonly #signal: AbortSignal;
  #found: ContractInfo['found'] = 'given';
  #form: Form | null = null;
  #line: Promise<Buffer | undefined> | undefined;
  #otherWhenSilent: Promise<OtherProtocol | undefined> | undefined;

  constructor(session: Session, options: FindOptions) {
    this.#session = session;
    this.#options = options;
    this.#signal = AbortSignal.any([session.options.signal, options.limit]);
  }

  begin(): Promise<FirstTalk> {
    this.#session.whileSilent(async () => {
      if (this.#options.given === undefined) {
        this.#otherWhenSilent = this.#askOtherProtocols(nothingHeard);
      }
      const asked = Promise.all([this.#otherWhenSilent, this.#hearLine()]);
      return asked.then(
        (heard) => heard.some((one) => one !== undefined),
        // The run was stopped.
        () => false,
      );
    });
    return FirstTalk.begin(this.#session, this.#signal);
  }

  /** What comes back of the probe where CR LF ends it: some take nothing else for a line. */
  #hearLine(): Promise<Buffer | undefined> {
    const { contract } = this.#session;
    const isAsked = contract.replies === 'by-byte' && this.#session.target.console === undefined;
    this.#line ??= isAsked ? hearLine(this.#session, probe) : Promise.resolve(undefined);
    return this.#line;
  }

  /** A server that said nothing was asked already, while it was waited for. */
  #otherProtocol(heard: FirstHeard): Promise<OtherProtocol | undefined> {
    const isSilent = heard.bytes.length === 0 && !heard.isClosedAtOnce;
    return (isSilent ? this.#otherWhenSilent : undefined) ?? this.#askOtherProtocols(heard);
  }

  #askOtherProtocols(heard: FirstHeard): Promise<OtherProtocol | undefined> {
    return findOtherProtocol(this.#session.target, heard, this.#signal);
  }

  /** A server that replies to what its client says, or says nothing, or is not known yet. */
  async converse(talk: FirstTalk): Promise<Found> {
    const session = this.#session;
    const how = this.#how;
    const { given } = this.#options;
    const expectedBytes = (given?.reply(probe) ?? probe).length;
    let reply = await talk.say(probe, expectedBytes);
    const isMute = reply.end === 'silence' && reply.bytes.length === 0;
    if (given === undefined && isMute && session.target.console !== undefined) {
      const operator = await recogniseOperator(session, talk, how);
      if (operator === 'late') reply = talk.exchanges[0]?.received ?? reply;
      else if (operator !== undefined) {
        this.#found = operator.isExact ? 'detected' : 'nearest';
        this.#form = formOf(operator.contract);
        return this.#learnTurns(talk, operator.contract);
      }
    }
    // What no contract allows may be a greeting, with the reply behind it: all of it is heard first.
    const isOdd = given === undefined && !isKnownReply(reply.bytes);
    const isOwed = reply.end === 'silence' || reply.end === 'drip';
    const end = isOwed || isOdd ? await talk.finish() : undefined;
    const line = isMute ? await this.#hearLine() : undefined;
    const heard = line ?? Buffer.concat([reply.bytes, end?.bytes ?? Buffer.alloc(0)]);
    if (end !== undefined && line === undefined) {
      talk.amend(0, heard);
    }
    let contract = given;
    if (contract === undefined) {
      const guess = recognise(heard, how);
      if (guess.isUnlike) {
        const isClosedAtOnce = reply.end === 'fin' || reply.end === 'reset';
        const other = await this.#otherProtocol({ bytes: heard, isClosedAtOnce });
        if (other !== undefined) throw other;
      }
      if (isMute && heard.length === 0 && session.target.console === undefined) {
        how.push(
          'One that speaks when somebody types at it is tested with --contract operator-lines or operator-frames.',
        );
      }
      ({ contract } = guess);
      this.#found = guess.found;
      this.#form = guess.form;
      const closing = guess.isUnlike
        ? await recogniseClosing(session, talk, this.#signal, how)
        : undefined;
      if (closing !== undefined) {
        this.#found = 'detected';
        this.#form = formOf(closing);
        return this.#learnClosing(talk, closing);
      }
    }
    this.#adopt(contract);
    const isLate =
      line === undefined &&
      reply.end === 'silence' &&
      reply.bytes.length < probe.length &&
      heard.length >= probe.length;
    // Who serves one client, ever, is asked nothing more.
    const isHeardAtFin =
      isLate && session.contract.serves === 'many' && (await waitsForFin(session, reply.waitedMs));
    // Behind our own FIN nothing more can be said.
    const isMoreSaid = reply.end === 'complete' && talk.isOpen;
    const more = isMoreSaid ? await this.#sayMore(talk) : undefined;

    const { takesOneMessage } = session.learned;
    const isUndue = !talk.isAsDue(session.contract.reply) || isHeardAtFin || takesOneMessage;
    if (isUndue && session.contract.serves === 'many') await findDeviations(session, isHeardAtFin);
    const isOpen = talk.isOpen && this.#form?.id !== cStringEcho.id;
    const isSound = contract.reply(probe).equals(reply.bytes) && this.#form === null;
    const second = await this.#meetASecond(talk, isSound, more !== 'silence');
    const isTogether = second === 'served';
    session.learnServesTogether(isTogether);
    // A server that keeps the second client waiting may be one that serves a single one, ever.
    const isPrecious = isOpen && !isTogether && !session.target.restartable;
    if (isPrecious) await talk.say(allBytes, contract.reply(allBytes).length);
    if (talk.isOpen) await talk.finish();
    const first = talk.close();

    const isWaiting = second === 'waits' && (await servesOneAlone(session, isSound));
    await this.#learnServes(isTogether, isWaiting);
    // Who serves one client at a time could not be asked while the first one was there.
    const isUntold = isUndue && session.going.deviations.length === 0 && !isTogether;
    if (isUntold) await findDeviations(session, false);
    await this.#learnEnding();
    return { info: this.#describe(), first };
  }

  /** The first client lives with no deviation: where one is known, another one stands for it. */
  async #meetASecond(talk: FirstTalk, isSound: boolean, isFirstHeard: boolean): Promise<Second> {
    const session = this.#session;
    if (session.going.deviations.length === 0) {
      const second = await servesASecond(session, talk.client, isSound, isFirstHeard);
      return second === 'silent' ? await servesTwoFresh(session, isSound) : second;
    }
    const first = await session.connect('again', this.#signal);
    // One that is replied to only once it has ended its side could not be there any more: it says nothing.
    const isSaying = session.going.deviations.every(({ answersOnce }) => answersOnce !== true);
    try {
      return await servesASecond(session, first, true, isSaying);
    } finally {
      first.destroy();
    }
  }

  /** A server that was said to send one message or none, and to close. */
  async hearOneMessage(talk: FirstTalk, contract: Contract): Promise<Found> {
    const { end } = await talk.sayToEnd(probe);
    if (end === 'silence' || end === 'drip') await talk.finish();
    return this.#learnClosing(talk, contract);
  }

  /** A server that was said to speak when somebody types at it: without a console it is let be. */
  async meetOperator(contract: Contract): Promise<Found> {
    const { target } = this.#session;
    if (target.console === undefined && target.listening() === true) {
      this.#adopt(contract);
      this.#session.learnServesTogether(false);
      return { info: this.#describe(), first: nothingSaid };
    }
    const talk = await this.begin();
    try {
      return await this.#learnTurns(talk, contract);
    } finally {
      talk.client.destroy();
    }
  }

  /**
   * Another message, to see whether the reply to the first was as it is always.
   * @returns how the wait for its reply ended
   */
  async #sayMore(talk: FirstTalk): Promise<Received['end']> {
    const session = this.#session;
    const { contract } = session;
    const word = session.letters.take(5, 9);
    const { bytes, end } = await talk.say(word, contract.reply(word).length);
    const isOver = bytes.length === 0 && end !== 'silence';
    if (isOver) session.learned.sawEndAfterOneMessage();
    if (this.#found !== 'detected' || isOver) return end;
    if (contract.reply(word).equals(bytes)) return end;
    this.#found = 'nearest';
    const isString = bytes[0] === 0 && bytes.subarray(1).equals(word.subarray(0, bytes.length - 1));
    if (isString && bytes.length > 1 && contract.changes === 'nothing') {
      await this.#hearString(talk, bytes);
      return end;
    }
    this.#how.push(
      `To the next message, ${quoted(word)}, it replied ${quoted(bytes)}, which ${contract.title} does not allow.`,
    );
    return end;
  }

  /** The first reply had a NUL behind it, which the second one has too. */
  async #hearString(talk: FirstTalk, second: Buffer): Promise<void> {
    talk.amend(0, Buffer.concat([probe, second.subarray(0, 1)]));
    let rest = second.subarray(1);
    while (!rest.includes(0) && rest.length < excessBytes) {
      const { bytes, end } = await talk.client.receiveSome();
      rest = Buffer.concat([rest, bytes]);
      if (end !== 'complete') break;
    }
    talk.amend(1, rest);
    const heard = quoted(talk.exchanges[0]?.received.bytes ?? probe);
    this.#how.splice(
      0,
      this.#how.length,
      `To ${quoted(probe)} it replied ${heard}, with a NUL that nobody had sent: C strings. It is tested as echo.`,
    );
    this.#form = {
      id: cStringEcho.id,
      title: cStringEcho.title,
      instead: `A correct echo would have replied ${quoted(probe)} to ${quoted(probe)}, with no NUL after it.`,
    };
  }

  async #learnClosing(talk: FirstTalk, contract: Contract): Promise<Found> {
    const session = this.#session;
    this.#adopt(contract);
    const first = talk.close();
    session.learnServesTogether(false);
    const { serves } = this.#options;
    const isGone = serves === undefined && (await isGoneAfterOne(session, false, [])) === 'one';
    const isTogether = !isGone && (await servesBesideAnIdle(session));
    session.learnServesTogether(isTogether);
    await this.#learnServes(isTogether, !isTogether);
    return { info: this.#describe(), first };
  }

  async #learnTurns(talk: FirstTalk, contract: Contract): Promise<Found> {
    const session = this.#session;
    this.#adopt(contract);
    session.learnServesTogether(false);
    if (session.target.console !== undefined) await holdFirstTurns(session, talk);
    const isHeard = talk.exchanges.some(({ received }) => received.bytes.length > 0);
    const first = talk.close();
    const isAsked = isHeard && this.#options.serves === undefined && contract.serves !== 'one';
    if (!isAsked) return { info: this.#describe(), first };
    const next = await servesTheNext(session);
    const serves = servesAfter(next, session.contract.serves, this.#how);
    session.adopt({ ...session.contract, serves });
    return { info: this.#describe(), first: { ...first, next } };
  }

  /** From now on the server is held to `contract`, adjusted as it was asked for. */
  #adopt(contract: Contract): void {
    const { ending, serves } = this.#options;
    this.#session.adopt({
      ...contract,
      ending: ending ?? contract.ending,
      serves: serves ?? contract.serves,
    });
  }

  async #learnServes(isTogether: boolean, isWaiting: boolean): Promise<void> {
    const session = this.#session;
    const { contract } = session;
    const isSaid = this.#options.serves !== undefined || contract.serves !== 'many';
    const serves = isSaid ? contract.serves : await isGoneAfterOne(session, isTogether, this.#how);
    session.adopt({ ...contract, serves });
    if (isWaiting && serves === 'many') this.#how.push(waitingNote(contract));
  }

  /** Asks for the ending word where none was said, and each reply comes while both sides stand. */
  async #learnEnding(): Promise<void> {
    const session = this.#session;
    const { contract, target } = session;
    const isGiven = this.#found === 'given' || this.#options.ending !== undefined;
    const canAsk = contract.serves !== 'one' || target.restartable;
    if (isGiven || session.learned.repliesOnlyAtFin || !canAsk || this.#form?.id === cStringEcho.id)
      return;
    const becomesEnd = this.#form?.id === byteShift.id ? shiftedToEnd : undefined;
    const ending = await findEnding(session, { becomesEnd, how: this.#how });
    session.adopt({ ...session.contract, ending: ending ?? null });
  }

  #describe(): ContractInfo {
    const { id, title, ending, serves } = this.#session.contract;
    const told =
      ending === null
        ? null
        : {
            word: ending.word.toString('latin1'),
            match: ending.match,
            replied: ending.replied,
          };
    const [found, how, form] = [this.#found, this.#how, this.#form];
    const { deviations } = this.#session.going;
    const lived = deviations.map(({ breaks, ...one }) => ({
      id: one.id,
      does: one.does,
      cause: one.cause,
      words: one.words,
      breaks: [...breaks(this.#session.contract)],
      ...(one.line === undefined
        ? {}
        : {
            line: {
              sentHex: one.line.sent.toString('hex'),
              heardHex: one.line.heard.toString('hex'),
            },
          }),
    }));
    const apart = lived.length === 0 ? {} : { deviations: lived };
    return { id, title, found, how, serves, form, ending: told, ...apart };
  }
}
