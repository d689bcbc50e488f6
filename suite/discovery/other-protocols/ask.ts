// Whether a server whose first conversation made no sense speaks another protocol: it is asked as
// a client of that protocol asks, on connections of their own, and must answer as only such a one does.
import { connect } from '../../../clients/connection/connection.ts';
import { Deadlines } from '../../../clients/deadline.ts';
import { formatAddress } from '../../../targets/running/address.ts';
import type { Target } from '../../../targets/target.ts';
import { protocols, type Protocol } from './protocols.ts';

/** A greeting may take a name look-up at the server's; an answer does not. In milliseconds. */
const greetingMs = 1000;
const answerMs = 500;
/** A whole question, however the server drips, in milliseconds. */
const questionMs = 1500;
/** No answer that proves anything is longer. */
const mostBytes = 4096;

/** The server speaks another protocol: there is nothing to test. */
export class OtherProtocol extends Error {
  override readonly name = 'OtherProtocol';

  constructor(protocol: string, target: Target) {
    const where = target.kind === 'address' ? target.label : formatAddress(target.address);
    super(
      `The server on ${where} speaks ${protocol}: is it the right port? conform tests echo and ` +
        'uppercase servers on plain TCP. Give the port of such a server, or say what this one ' +
        'promises, for example --contract echo, to test it as that.',
    );
  }
}

/** What the first conversation, in which a line of text was sent, came to. */
export interface FirstHeard {
  readonly bytes: Buffer;
  /** True when the server ended it by itself, before the client did. */
  readonly isClosedAtOnce: boolean;
}

/** Of a server that said nothing. */
export const nothingHeard: FirstHeard = { bytes: Buffer.alloc(0), isClosedAtOnce: false };

/**
 * That the server speaks a protocol that is known here, to be thrown; undefined when it does not.
 * @throws the reason of `signal`, when that is aborted
 */
export async function findOtherProtocol(
  target: Target,
  heard: FirstHeard,
  signal: AbortSignal,
): Promise<OtherProtocol | undefined> {
  for (const protocol of protocols.filter((one) => isSuspect(one, heard))) {
    const answer = await ask(target, protocol, signal);
    if (answer === undefined) return undefined;
    if (protocol.proof.test(answer)) return new OtherProtocol(protocol.name, target);
  }
  return undefined;
}

function isSuspect({ suspect }: Protocol, { bytes, isClosedAtOnce }: FirstHeard): boolean {
  const text = bytes.toString('latin1', 0, 512);
  const silence = isClosedAtOnce ? 'closed-at-once' : 'silent';
  return suspect.some((one) =>
    one instanceof RegExp ? one.test(text) : bytes.length === 0 && one === silence,
  );
}

/** What was heard, a character a byte; undefined when the server lets nobody in any more. */
async function ask(
  target: Target,
  { greets = false, question, proof }: Protocol,
  signal: AbortSignal,
): Promise<string | undefined> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(questionMs)]);
  const deadlines = new Deadlines({ generousMs: greets ? greetingMs : answerMs });
  const { host, port } = target.address;
  const client = await connect({ host, port, deadlines, signal: limit }).catch(() => undefined);
  signal.throwIfAborted();
  if (client === undefined) return undefined;
  let heard = '';
  const hear = async (isEnough: () => boolean): Promise<void> => {
    while (!isEnough() && heard.length < mostBytes) {
      const { bytes } = await client.receiveSome(mostBytes);
      if (bytes.length === 0) return;
      heard += bytes.toString('latin1');
    }
  };
  try {
    if (greets) await hear(() => heard.length > 0);
    if (question !== undefined) await client.send(question());
    await hear(() => proof.test(heard));
  } catch (error) {
    // Out of time: what was heard so far has to do.
    if (!limit.aborted) throw error;
  } finally {
    client.destroy();
  }
  signal.throwIfAborted();
  return heard;
}
