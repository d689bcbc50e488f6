// One whole, well-behaved conversation: what that is hangs on how replies follow from requests.
import { Violation, type Client } from './behaviour.ts';
import type { Contract } from '../contracts/contract.ts';
import { expectFin, hasNoEnd } from './expect.ts';
import { excerpt } from '../../clients/transcript.ts';

/** What a server may send beyond what it owes before we stop reading. */
const excessBytes = 64 * 1024;

/** Whether the server ends each conversation after one message of the client's. */
export function closesAfterOne({ replies }: Contract): boolean {
  return replies === 'one-message' || replies === 'none';
}

/**
 * Says one thing to a server that then closes, and hears it out; by FIN or RST is left open.
 * @returns the server's own message; empty where the contract knows of none
 * @throws {Violation} when it sent nothing, or something, against its contract, or does not close
 */
export async function sayOneThing(
  client: Client,
  message: Buffer,
  contract: Contract,
): Promise<Buffer> {
  await client.send(message);
  const received = await client.receiveToEnd(excessBytes);
  const { bytes, end } = received;
  const nothing = excerpt(Buffer.alloc(0));
  if (contract.replies === 'none' && bytes.length > 0) {
    const observed = excerpt(bytes);
    throw new Violation(`The server sent ${bytes.length} bytes where it sends none.`, {
      ...{ kind: 'bytes', at: 0, expected: nothing, observed },
    });
  }
  if (hasNoEnd(received)) {
    throw new Violation('The server sent on and on where one message was expected.', {
      ...{ kind: 'other', expected: 'one message, then FIN', observed: 'no end of it' },
    });
  }
  if (end === 'silence') {
    throw new Violation('The server kept the connection open after its part was done.', {
      ...{ kind: 'other', expected: 'FIN' },
      observed: `${bytes.length} bytes, then an open connection for ${received.waitedMs} ms`,
    });
  }
  if (contract.replies === 'one-message' && bytes.length === 0) {
    if (end === 'reset') expectFin(received);
    throw new Violation('The server closed the connection (FIN) and sent no message.', {
      ...{ kind: 'ended', by: 'fin', expected: nothing, observed: nothing },
    });
  }
  return bytes;
}
