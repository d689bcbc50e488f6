// Where conform cannot type at a server, the person at the terminal can: they are told what.
import type { Console, Target } from '../../../targets/target.ts';
import type { Contract } from '../../contracts/contract.ts';
import type { Surroundings } from '../command.ts';

/** How long a person has to read a line, to change windows and to type it, in milliseconds. */
const patienceMs = 60_000;
const eraseLine = '\r\u001b[2K';

/**
 * The target with the person at the terminal for a console, where the contract has an operator, the
 * server was started by somebody else, and there is a terminal; else the target as it is.
 */
export function withOperator(
  target: Target,
  contract: Contract | undefined,
  surroundings: Surroundings,
): Target {
  const isNeeded = contract?.opening === 'server' && target.console === undefined;
  if (!isNeeded || target.kind !== 'address' || !surroundings.isTerminal) return target;
  const keyboard = personAt(surroundings);
  return new Proxy(target, {
    get: (one, name): unknown => (name === 'console' ? keyboard : Reflect.get(one, name)),
  });
}

/** Says what to type. That it was typed shows where the server's client hears it. */
function personAt({ writeError, signal }: Surroundings): Console {
  return {
    type(line) {
      signal.throwIfAborted();
      const what = line === '' ? 'nothing, only Enter' : `${line}  (and Enter)`;
      writeError(`${eraseLine}Please type at the server’s console:  ${what}\n`);
      return Promise.resolve();
    },
    patienceMs,
    endInput: undefined,
  };
}
