// Checks a script that somebody wrote: every mistake is told with its place and what was expected.
import { firstClient, scriptForm, scriptLimits, type Script, type ScriptStep } from './script.ts';
import {
  bytesFields,
  bytesKeys,
  fieldsOf,
  found,
  InvalidScript,
  listed,
  oneOf,
  readBytes,
  refuseUnknown,
  wholeNumber,
  within,
  type Fields,
} from './script-fields.ts';

export { InvalidScript };

/**
 * The script that `value`, parsed from JSON or made by a program, is.
 * @throws {InvalidScript} at the first mistake
 */
export function readScript(value: unknown): Script {
  const script = fieldsOf(value, '', 'must be an object with "script" and "steps".');
  if (script['script'] !== scriptForm) {
    throw new InvalidScript('script', `expected "${scriptForm}", ${found(script['script'])}.`);
  }
  refuseUnknown(script, ['script', 'name', 'requirement', 'reference', 'hint', 'steps'], '');
  const { name } = script;
  if (name !== undefined && !(typeof name === 'string' && isScriptName(name))) {
    throw new InvalidScript(
      'name',
      `expected small letters, digits and hyphens, as "greets-first", ${found(name)}.`,
    );
  }
  for (const key of ['requirement', 'reference', 'hint']) optionalSentence(script, key);
  new Reading().readSteps(script['steps'], 'steps', { times: 1, depth: 0 });
  const read = value as Script;
  refuseTalkAfterEnd(read.steps, 'steps', new Map());
  return read;
}

/** True for what may stand behind `script/` in an id. */
function isScriptName(name: string): boolean {
  return /^[a-z\d]+(?:-[a-z\d]+)*$/u.test(name) && name.length <= 80;
}

/** How often the steps at hand are played, and how deep they stand. */
interface Nest {
  readonly times: number;
  readonly depth: number;
}

/** What is counted over the whole script. */
class Reading {
  #writtenSteps = 0;
  #playedSteps = 0;
  #allBytes = 0;
  #allPausesMs = 0;
  readonly #clients = new Set<string>();
  /** A script that never connects has one client, which is there from the start. */
  #connects = false;

  readSteps(value: unknown, place: string, nest: Nest): void {
    if (!Array.isArray(value) || value.length === 0) {
      throw new InvalidScript(place, `expected a list of at least one step, ${found(value)}.`);
    }
    if (nest.depth === 0) this.#connects = mentionsConnect(value);
    for (const [index, step] of value.entries()) this.#readStep(step, `${place}[${index}]`, nest);
  }

  #readStep(value: unknown, place: string, nest: Nest): void {
    const step = fieldsOf(value, place, 'expected a step, as {"do": "send", "text": "hello"}');
    const kind = step['do'];
    if (!isStepKind(kind)) {
      const kinds = Object.keys(fieldsOfStep).join(', ');
      throw new InvalidScript(`${place}.do`, `expected one of ${kinds}; ${found(kind)}.`);
    }
    const known = fieldsOfStep[kind];
    refuseUnknown(step, ['do', ...known], place);
    this.#writtenSteps += 1;
    this.#playedSteps += nest.times;
    within(this.#writtenSteps, scriptLimits.writtenSteps, place, 'steps in a script');
    within(this.#playedSteps, scriptLimits.playedSteps, place, 'steps, each as often as played');
    if (known.includes('client')) this.#readClient(step, place);
    switch (kind) {
      case 'send':
        readCuts(step, place, this.#readBytes(step, place, nest));
        break;
      case 'expect':
        this.#readExpected(step, place, nest);
        break;
      case 'half-close':
        if (bytesKeys.some((key) => key in step)) this.#readBytes(step, place, nest);
        break;
      case 'expect-end':
        readEnd(step, place);
        break;
      case 'pause': {
        const ms = wholeNumber(step, 'ms', place, 0, scriptLimits.pauseMs);
        this.#allPausesMs += ms * nest.times;
        within(this.#allPausesMs, scriptLimits.allPausesMs, place, 'ms of pauses altogether');
        break;
      }
      case 'repeat': {
        const times = wholeNumber(step, 'times', place, 1, scriptLimits.playedSteps);
        const depth = nest.depth + 1;
        within(depth, scriptLimits.depth, place, 'repeats within one another');
        this.readSteps(step['steps'], `${place}.steps`, { times: nest.times * times, depth });
        break;
      }
      case 'connect':
      case 'reset':
        break;
    }
  }

  #readClient(step: Fields, place: string): void {
    const { client = firstClient } = step;
    if (typeof client !== 'string' || !/^[\w-]{1,12}$/u.test(client)) {
      throw new InvalidScript(
        `${place}.client`,
        `expected a name of 1 to 12 letters, digits, _ or -, ${found(client)}.`,
      );
    }
    if (step['do'] === 'connect') {
      this.#clients.add(client);
      within(this.#clients.size, scriptLimits.clients, place, 'clients');
    } else if (this.#connects ? !this.#clients.has(client) : client !== firstClient) {
      const remedy = `put {"do": "connect", "client": ${JSON.stringify(client)}} before it`;
      throw new InvalidScript(
        place,
        `client ${JSON.stringify(client)} has not connected: ${remedy}.`,
      );
    }
  }

  #readBytes(step: Fields, place: string, nest: Nest): number {
    const byteCount = readBytes(step, place);
    this.#allBytes += byteCount * nest.times;
    within(this.#allBytes, scriptLimits.allBytes, place, 'bytes altogether, repeats included');
    return byteCount;
  }

  #readExpected(step: Fields, place: string, nest: Nest): void {
    const ways = [...bytesKeys, 'length', 'some', 'until'].filter((key) => key in step);
    if (ways.length !== 1)
      throw new InvalidScript(
        place,
        `${oneOf([...bytesKeys, 'length', 'some', 'until'])}, ${listed(ways)}.`,
      );
    if ('until' in step) {
      const until = fieldsOf(step['until'], `${place}.until`, 'expected bytes, as {"text": "\\n"}');
      refuseUnknown(until, [...bytesKeys, 'times'], `${place}.until`);
      if (readBytes(until, `${place}.until`) > scriptLimits.untilBytes) {
        throw new InvalidScript(`${place}.until`, `more than ${scriptLimits.untilBytes} bytes.`);
      }
      if ('within' in step) wholeNumber(step, 'within', place, 1, scriptLimits.untilBytes);
      return;
    }
    if ('within' in step) throw new InvalidScript(`${place}.within`, 'goes with until only.');
    if (hasNumber(step)) {
      if ('times' in step) throw new InvalidScript(`${place}.times`, 'goes with bytes only.');
      const key = 'length' in step ? 'length' : 'some';
      const byteCount = wholeNumber(step, key, place, 1, scriptLimits.stepBytes);
      this.#allBytes += byteCount * nest.times;
      within(this.#allBytes, scriptLimits.allBytes, place, 'bytes altogether, repeats included');
      return;
    }
    this.#readBytes(step, place, nest);
  }
}

const fieldsOfStep: Readonly<Record<ScriptStep['do'], readonly string[]>> = {
  connect: ['client'],
  send: ['client', ...bytesFields, 'cuts'],
  expect: ['client', ...bytesFields, 'length', 'some', 'until', 'within'],
  'expect-end': ['client', 'by', 'ignored'],
  'half-close': ['client', ...bytesFields],
  reset: ['client'],
  pause: ['ms'],
  repeat: ['times', 'steps'],
};

const isStepKind = (kind: unknown): kind is ScriptStep['do'] =>
  typeof kind === 'string' && Object.hasOwn(fieldsOfStep, kind);

const hasNumber = (step: Fields): boolean => 'length' in step || 'some' in step;

function readCuts(step: Fields, place: string, byteCount: number): void {
  const { cuts } = step;
  if (cuts === undefined) return;
  if (!Array.isArray(cuts)) {
    throw new InvalidScript(`${place}.cuts`, `expected a list of offsets, ${found(cuts)}.`);
  }
  within(cuts.length, scriptLimits.cuts, `${place}.cuts`, 'cuts');
  let before = 0;
  for (const [index, cut] of cuts.entries()) {
    const isOffset = typeof cut === 'number' && Number.isInteger(cut);
    if (!isOffset || cut <= before || cut >= byteCount) {
      const range = `from ${before + 1} to ${byteCount - 1}`;
      throw new InvalidScript(
        `${place}.cuts[${index}]`,
        `expected an offset ${range}, ascending within the ${byteCount} bytes; ${found(cut)}.`,
      );
    }
    before = cut;
  }
}

function readEnd(step: Fields, place: string): void {
  const { by, ignored } = step;
  if (by !== undefined && by !== 'fin' && by !== 'reset' && by !== 'either') {
    throw new InvalidScript(`${place}.by`, `expected "fin", "reset" or "either", ${found(by)}.`);
  }
  if (ignored !== undefined && typeof ignored !== 'boolean') {
    throw new InvalidScript(`${place}.ignored`, `expected true or false, ${found(ignored)}.`);
  }
}

function mentionsConnect(steps: readonly unknown[], depth = 0): boolean {
  if (depth > scriptLimits.depth) return false;
  return steps.some((step) => {
    if (typeof step !== 'object' || step === null) return false;
    const { do: kind, steps: inner } = step as { do?: unknown; steps?: unknown };
    return kind === 'connect' || (Array.isArray(inner) && mentionsConnect(inner, depth + 1));
  });
}

/**
 * A client that ended its side cannot send, and one that gave its connection up can do nothing:
 * played, such a step would look like the server's doing.
 */
function refuseTalkAfterEnd(
  steps: readonly ScriptStep[],
  place: string,
  ended: Map<string, 'half-close' | 'reset'>,
): void {
  for (const [index, step] of steps.entries()) {
    const at = `${place}[${index}]`;
    if (step.do === 'repeat') {
      // Twice is enough to see how one turn ends and the next begins.
      for (let turn = 0; turn < Math.min(2, step.times); turn += 1) {
        refuseTalkAfterEnd(step.steps, `${at}.steps`, ended);
      }
      continue;
    }
    if (step.do === 'pause') continue;
    const client = step.client ?? firstClient;
    const end = ended.get(client);
    const sends = step.do === 'send' || step.do === 'half-close';
    if (step.do === 'connect') ended.delete(client);
    else if (end === 'reset' || (end === 'half-close' && sends)) {
      throw new InvalidScript(
        at,
        `client ${JSON.stringify(client)} cannot do this after its ${end}.`,
      );
    }
    if (step.do === 'half-close' || step.do === 'reset') ended.set(client, step.do);
  }
}

function optionalSentence(script: Fields, key: string): void {
  const value = script[key];
  if (value === undefined || (typeof value === 'string' && value.trim() !== '')) return;
  throw new InvalidScript(key, `expected a sentence, ${found(value)}.`);
}
