// A script that somebody wrote, as a conversation: every mistake is told with its place and what was expected.
import {
  byteCountOf,
  firstClient,
  type Conversation,
  type Expected,
  type Payload,
  type Step,
} from '../conversation.ts';
import { refuseTalkAfterEnd } from './refuse-talk-after-end.ts';
import {
  bytesFields,
  bytesKeys,
  fieldsOf,
  found,
  InvalidScript,
  listed,
  oneOf,
  readBytes,
  readCuts,
  readEnd,
  refuseUnknown,
  wholeNumber,
  within,
  type Fields,
} from './script-fields.ts';
import { scriptForm, scriptLimits } from './script-limits.ts';

export { InvalidScript };

/** A conversation that somebody wrote down, and their words about it. */
export interface Script {
  /** Small letters, digits and hyphens: `greets-first`; a file's name when absent. */
  readonly name?: string;
  /** What the server promises, one sentence with the server its subject. */
  readonly requirement?: string;
  /** Where that is written. */
  readonly reference?: string;
  /** The mistake that most often breaks it. */
  readonly hint?: string;
  readonly conversation: Conversation;
}

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
  const sentences = {
    ...sentenceOf(script, 'requirement'),
    ...sentenceOf(script, 'reference'),
    ...sentenceOf(script, 'hint'),
  };
  const conversation = new Reading().readSteps(script['steps'], 'steps', { times: 1, depth: 0 });
  refuseTalkAfterEnd(conversation);
  return { ...(name === undefined ? {} : { name }), ...sentences, conversation };
}

/** True for what may stand behind `script/` in an id. */
function isScriptName(name: string): boolean {
  return /^[a-z\d]+(?:-[a-z\d]+)*$/u.test(name) && name.length <= 80;
}

function sentenceOf<Key extends string>(script: Fields, key: Key): Partial<Record<Key, string>> {
  const value = script[key];
  if (value === undefined) return {};
  if (typeof value === 'string' && value.trim() !== '') {
    return { [key]: value } as Partial<Record<Key, string>>;
  }
  throw new InvalidScript(key, `expected a sentence, ${found(value)}.`);
}

/** How often the steps at hand are played, and how deep they stand. */
interface Nest {
  readonly times: number;
  readonly depth: number;
}

/** Reads steps, and counts over the whole script. */
class Reading {
  #writtenSteps = 0;
  #playedSteps = 0;
  #allBytes = 0;
  #allPausesMs = 0;
  readonly #clients = new Set<string>();
  /** A script that never connects has one client, which is there from the start. */
  #connects = false;

  readSteps(value: unknown, place: string, nest: Nest): Step[] {
    if (!Array.isArray(value) || value.length === 0) {
      throw new InvalidScript(place, `expected a list of at least one step, ${found(value)}.`);
    }
    if (nest.depth === 0) this.#connects = mentionsConnect(value);
    // A list that a program wrote may have holes, which map() passes over.
    return Array.from(value, (step, index) => this.#readStep(step, `${place}[${index}]`, nest));
  }

  #readStep(value: unknown, place: string, nest: Nest): Step {
    const step = fieldsOf(value, place, 'expected a step, as {"do": "send", "text": "hello"}');
    const kind = step['do'];
    if (!isWrittenStep(kind)) {
      const kinds = Object.keys(fieldsOfStep).join(', ');
      throw new InvalidScript(`${place}.do`, `expected one of ${kinds}; ${found(kind)}.`);
    }
    const known = fieldsOfStep[kind];
    refuseUnknown(step, ['do', ...known], place);
    this.#writtenSteps += 1;
    this.#playedSteps += nest.times;
    within(this.#writtenSteps, scriptLimits.writtenSteps, place, 'steps in a script');
    within(this.#playedSteps, scriptLimits.playedSteps, place, 'steps, each as often as played');
    const client = known.includes('client') ? this.#readClient(step, place) : firstClient;
    switch (kind) {
      case 'connect':
      case 'reset':
        return { do: kind, client };
      case 'send': {
        const payload = this.#readBytes(step, place, nest);
        const cuts = readCuts(step, place, byteCountOf(payload));
        return { do: 'send', client, payload, ...(cuts === undefined ? {} : { cuts }) };
      }
      case 'expect':
        return { do: 'receive', client, expected: this.#readExpected(step, place, nest) };
      case 'half-close':
        return bytesKeys.some((key) => key in step)
          ? { do: 'half-close', client, payload: this.#readBytes(step, place, nest) }
          : { do: 'half-close', client };
      case 'expect-end':
        return { do: 'await-end', client, ...readEnd(step, place) };
      case 'pause': {
        const milliseconds = wholeNumber(step, 'ms', place, 0, scriptLimits.pauseMs);
        this.#allPausesMs += milliseconds * nest.times;
        within(this.#allPausesMs, scriptLimits.allPausesMs, place, 'ms of pauses altogether');
        return { do: 'pause', milliseconds };
      }
      case 'repeat': {
        const times = wholeNumber(step, 'times', place, 1, scriptLimits.playedSteps);
        const depth = nest.depth + 1;
        within(depth, scriptLimits.depth, place, 'repeats within one another');
        const inside = { times: nest.times * times, depth };
        return {
          do: 'repeat',
          times,
          steps: this.readSteps(step['steps'], `${place}.steps`, inside),
        };
      }
    }
  }

  #readClient(step: Fields, place: string): string {
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
    return client;
  }

  #readBytes(step: Fields, place: string, nest: Nest): Payload {
    const payload = readBytes(step, place);
    this.#count(byteCountOf(payload), place, nest);
    return payload;
  }

  #count(byteCount: number, place: string, { times }: Nest): void {
    this.#allBytes += byteCount * times;
    within(this.#allBytes, scriptLimits.allBytes, place, 'bytes altogether, repeats included');
  }

  #readExpected(step: Fields, place: string, nest: Nest): Expected {
    const ways = [...bytesKeys, 'length', 'some', 'until'].filter((key) => key in step);
    if (ways.length !== 1)
      throw new InvalidScript(
        place,
        `${oneOf([...bytesKeys, 'length', 'some', 'until'])}, ${listed(ways)}.`,
      );
    if ('until' in step) return readUntil(step, place);
    if ('within' in step) throw new InvalidScript(`${place}.within`, 'goes with until only.');
    if (!('length' in step || 'some' in step)) {
      return { kind: 'exactly', payload: this.#readBytes(step, place, nest) };
    }
    if ('times' in step) throw new InvalidScript(`${place}.times`, 'goes with bytes only.');
    const key = 'length' in step ? 'length' : 'some';
    const byteCount = wholeNumber(step, key, place, 1, scriptLimits.stepBytes);
    this.#count(byteCount, place, nest);
    return key === 'length' ? { kind: 'count', byteCount } : { kind: 'some', mostBytes: byteCount };
  }
}

type WrittenStep =
  ('connect' | 'send' | 'expect' | 'expect-end' | 'half-close' | 'reset') | ('pause' | 'repeat');

const fieldsOfStep: Readonly<Record<WrittenStep, readonly string[]>> = {
  connect: ['client'],
  send: ['client', ...bytesFields, 'cuts'],
  expect: ['client', ...bytesFields, 'length', 'some', 'until', 'within'],
  'expect-end': ['client', 'by', 'ignored'],
  'half-close': ['client', ...bytesFields],
  reset: ['client'],
  pause: ['ms'],
  repeat: ['times', 'steps'],
};

const isWrittenStep = (kind: unknown): kind is WrittenStep =>
  typeof kind === 'string' && Object.hasOwn(fieldsOfStep, kind);

function readUntil(step: Fields, place: string): Expected {
  const until = fieldsOf(step['until'], `${place}.until`, 'expected bytes, as {"text": "\\n"}');
  refuseUnknown(until, bytesFields, `${place}.until`);
  const mark = readBytes(until, `${place}.until`);
  if (byteCountOf(mark) > scriptLimits.untilBytes) {
    throw new InvalidScript(`${place}.until`, `more than ${scriptLimits.untilBytes} bytes.`);
  }
  const withinBytes =
    'within' in step
      ? wholeNumber(step, 'within', place, 1, scriptLimits.untilBytes)
      : scriptLimits.usualWithinBytes;
  return { kind: 'until', mark, withinBytes };
}

function mentionsConnect(steps: readonly unknown[], depth = 0): boolean {
  if (depth > scriptLimits.depth) return false;
  return steps.some((step) => {
    if (typeof step !== 'object' || step === null) return false;
    const { do: kind, steps: inner } = step as { do?: unknown; steps?: unknown };
    return kind === 'connect' || (Array.isArray(inner) && mentionsConnect(inner, depth + 1));
  });
}
