// A failing conversation as a short text: what `conform replay` takes. Everything that is as usual
// is left out, so that the token of a small conversation fits into a line of a terminal.
import { crc32, deflateRawSync, inflateRawSync } from 'node:zlib';
import type { ContractChoice } from '../contracts/choice.ts';
import { clientName, clientNumber } from '../../clients/client-name.ts';
import { bytesOf, payloadOf, type CutMessage } from '../../clients/conversation/conversation.ts';
import {
  conversationOf,
  messagesOf,
  type SpokenStep,
} from '../../clients/conversation/messages.ts';
import { leaveInOrder, receiveDue } from '../../clients/conversation/write-conversation.ts';
import type { Given } from '../behaviours/given.ts';
import { PackReader, PackWriter } from './pack.ts';

/** All that is needed to hold one conversation again. */
export interface Replay {
  readonly behaviour: string;
  readonly contract: ContractChoice;
  readonly seed: number;
  readonly given?: Given;
}

/** The text is no token of ours. */
export class InvalidToken extends Error {
  override readonly name = 'InvalidToken';
}

/** What every token begins with: names the version of what follows. */
export const tokenPrefix = 'c1.';
/** No token of ours is larger once inflated: a hostile one must not fill the memory. */
const largestBytes = 16 * 1024 * 1024;
const checkBytes = 2;

/** What the first byte says of the rest. */
const plain = 0;
const deflated = 1;

/** The token of a conversation; bytes, cuts and interleaving are kept exactly. */
export function encodeToken(replay: Replay): string {
  const packed = pack(replay);
  const small = deflateRawSync(packed, { level: 9 });
  const body =
    small.length < packed.length
      ? Buffer.concat([Buffer.of(deflated), small])
      : Buffer.concat([Buffer.of(plain), packed]);
  return tokenPrefix + Buffer.concat([checkOf(body), body]).toString('base64url');
}

/**
 * Reads a token back.
 * @throws {InvalidToken} with what is wrong
 */
export function decodeToken(token: string): Replay {
  if (!token.startsWith(tokenPrefix)) {
    throw new InvalidToken(
      `A token begins with ${tokenPrefix}; this one begins with ${token.slice(0, 3)}.`,
    );
  }
  try {
    // What base64 has no letter for would be passed over, and would go into scripts with the rest.
    if (!/^[\w-]+$/.test(token.slice(tokenPrefix.length))) throw new RangeError('no such letters');
    const bytes = Buffer.from(token.slice(tokenPrefix.length), 'base64url');
    const body = bytes.subarray(checkBytes);
    if (body.length > 1 && checkOf(body).equals(bytes.subarray(0, checkBytes))) {
      return unpack(body);
    }
  } catch {
    // Told below: however it is broken, the remedy is the same.
  }
  throw new InvalidToken('The token is incomplete or damaged: copy it whole, without line breaks.');
}

/** Enough of a checksum to tell a word that was cut off or mistyped. */
function checkOf(body: Buffer): Buffer {
  const check = Buffer.alloc(checkBytes);
  check.writeUInt16BE(crc32(body) & 0xffff);
  return check;
}

function pack({ behaviour, contract, seed, given }: Replay): Buffer {
  const writer = new PackWriter();
  writer.text(behaviour);
  packContract(writer, contract);
  writer.number(seed);
  // What one client says, message by message, is all that its conversation is made of.
  const messages = given === undefined ? [] : (messagesOf(given) ?? []);
  if (given === undefined) writer.number(0);
  else if (messages.length > 0) {
    writer.number(1);
    writer.list(messages, (message) => packMessage(writer, message));
  } else {
    writer.number(2);
    writer.list(given, (step) => packStep(writer, step));
  }
  return writer.bytes();
}

function unpack(body: Buffer): Replay {
  const rest = body.subarray(1);
  const reader = new PackReader(
    body[0] === deflated ? inflateRawSync(rest, { maxOutputLength: largestBytes }) : rest,
  );
  const behaviour = reader.text();
  const contract = unpackContract(reader);
  const seed = reader.number();
  const given = unpackGiven(reader, reader.number());
  reader.end();
  return { behaviour, contract, seed, ...(given === undefined ? {} : { given }) };
}

function unpackGiven(reader: PackReader, kind: number): Given | undefined {
  if (kind === 0) return undefined;
  if (kind === 1) {
    return conversationOf(reader.list(() => unpackMessage(reader)));
  }
  if (kind === 2) return playable(reader.list(() => unpackStep(reader)));
  throw new RangeError('an unknown kind of conversation');
}

const matches = [undefined, 'any', 'message', 'beginning'] as const;
const serving = [undefined, 'many', 'one-at-a-time', 'one'] as const;
const answers = [undefined, true, false] as const;

/** The contract that most are judged by takes no byte for its name. */
const usualContract = 'echo';

function packContract(writer: PackWriter, choice: ContractChoice): void {
  const { id, endHex, endMatch, endReplied, endIgnoresCase, serves, ...others } = choice;
  // Says so at compile time when a choice holds more than is packed here.
  others satisfies Record<string, never>;
  writer.text(id === usualContract ? '' : id);
  writer.number(serving.indexOf(serves));
  writer.optional(endHex, (hex) => writer.blob(Buffer.from(hex, 'hex')));
  if (endHex === undefined) return;
  writer.number(
    matches.indexOf(endMatch) +
      4 * answers.indexOf(endReplied) +
      16 * answers.indexOf(endIgnoresCase),
  );
}

function unpackContract(reader: PackReader): ContractChoice {
  const name = reader.text();
  const id = name === '' ? usualContract : name;
  const serves = reader.oneOf(serving);
  const word = reader.optional(() => reader.blob());
  if (word?.length === 0) throw new RangeError('an ending word of no bytes');
  const base = { id, ...(serves === undefined ? {} : { serves }) };
  if (word === undefined) return base;
  const how = reader.number();
  const endMatch = matches[how & 3];
  const endReplied = answers[(how >> 2) & 3];
  const endIgnoresCase = answers[(how >> 4) & 3];
  return {
    ...base,
    endHex: word.toString('hex'),
    ...(endMatch === undefined ? {} : { endMatch }),
    ...(endReplied === undefined ? {} : { endReplied }),
    ...(endIgnoresCase === undefined ? {} : { endIgnoresCase }),
  };
}

function packMessage(writer: PackWriter, { bytes, cuts }: CutMessage): void {
  writer.blob(bytes);
  // Cuts ascend: the steps between them are smaller numbers than they are.
  writer.list(cuts, (cut, index) => writer.number(cut - (cuts[index - 1] ?? 0)));
}

function unpackMessage(reader: PackReader): CutMessage {
  const bytes = Buffer.from(reader.blob());
  let at = 0;
  const cuts = reader.list(() => (at += reader.number()));
  if (!(at <= bytes.length)) throw new RangeError('a cut beyond the end of its message');
  return { bytes, cuts };
}

/** A scenario has fewer; who says more would open connections without end. */
const mostClients = 1000;

/** The steps, when everybody who does something is there to do it. */
function playable(steps: readonly SpokenStep[]): readonly SpokenStep[] {
  const present = new Set<string>();
  for (const step of steps) {
    const { client } = step;
    if (step.do === 'connect' ? present.has(client) : !present.has(client)) {
      throw new RangeError('a client that is not there, or there twice');
    }
    if (step.do === 'connect') present.add(client);
    else if (step.do === 'await-end' || step.do === 'reset') present.delete(client);
  }
  return steps;
}

/** In the order of their numbers: tokens that were written once must stay what they are. */
const deeds = ['connect', 'send', 'receive', 'await-end', 'reset'] as const;

function packStep(writer: PackWriter, step: SpokenStep): void {
  writer.number(deeds.indexOf(step.do) + deeds.length * clientNumber(step.client));
  if (step.do === 'send') writer.blob(bytesOf(step.payload));
}

function unpackStep(reader: PackReader): SpokenStep {
  const code = reader.number();
  const number = Math.floor(code / deeds.length);
  // A name is as long as its number has digits; nobody writes one down for a hostile number.
  if (number >= mostClients) throw new RangeError('more clients than a scenario has');
  const client = clientName(number);
  const deed = deeds[code % deeds.length] ?? 'connect';
  switch (deed) {
    case 'send':
      return { do: deed, client, payload: payloadOf(reader.blob()) };
    case 'receive':
      return receiveDue(client);
    case 'await-end':
      return leaveInOrder(client);
    case 'connect':
    case 'reset':
      return { do: deed, client };
  }
}
