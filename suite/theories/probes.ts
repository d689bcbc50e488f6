// The conversations among which an experiment is chosen. Each message has one thing that is special about it, so that
// a second fault of the server, of which nobody knows yet, seldom meets the first.
import type { Deviation, Held } from './deviation.ts';
import {
  agree,
  atOnce,
  foretell,
  inTurn,
  listening,
  waitedOut,
  wordless,
  type Experiment,
} from './experiment.ts';
import { theContract } from './the-contract.ts';
import type { Suspect } from './conclude.ts';

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');

/** What may be special about a message, besides letters. */
const features: readonly string[] = [
  ...[
    '\n',
    '\r\n',
    '\n\n',
    '\r',
    '\r\n\r\n',
    ' ',
    '  ',
    '\t',
    ' \r\n',
    '\0',
    '\0\0',
    '\x01',
    '\x7f',
  ],
  ...['\x04', '\x1a', '\x1b', '\x0b', '\xff', '\x80', '\x81', '\xe9', '\xf7', '\xff\xfb\x01'],
  ...['\xc3\xa9', '\xc3\x9f', '\xd0\xb6', '\xc3', '\xed\xa0\x80', '\xef\xbf\xbd'],
  ...[
    'KLM',
    'a',
    'z',
    'A',
    'Z',
    '[',
    '{',
    '`',
    '@',
    '~~',
    '~n',
    '~',
    '0',
    '7',
    '%',
    '%d',
    '%s',
    '%%',
    '<',
    '&',
    '\\n',
    '\\',
    '\\\\',
    '\\0',
    '?',
  ],
];

/** Letters around them: others in the second list, so that no two experiments say the same. */
const around: readonly (readonly [string, string])[] = [
  ['klm', 'no'],
  ['qr', 'stu'],
];

function* plainMessages(): Generator<Buffer> {
  for (const [before, behind] of around) {
    yield latin1(`${before}${behind}`);
    for (const feature of features) {
      yield latin1(`${before}${feature}${behind}`);
      yield latin1(`${before}${feature}`);
      yield latin1(`${feature}${behind}`);
    }
  }
  for (const feature of features) yield latin1(feature);
  yield latin1('klm\nqrs\n');
  yield latin1('klm\r\nqrs\r\n');
  yield latin1('klm\n\nqrs\n');
  yield latin1('ks qt');
  yield latin1('pqrstuvwxyklm'.repeat(3));
}

/** A message that every server of the kind should answer, behind others. */
const next = latin1('vw');

const shapes: readonly ((message: Buffer) => Experiment)[] = [
  (message) => inTurn(message),
  atOnce,
  (message) => inTurn(message, next),
];

/**
 * Letters that were said before, more than a program takes at a time that works on groups of them, and fewer than most
 * buffers hold: what is true of short messages alone is not true of each.
 */
export const longer: Experiment = inTurn(latin1('hello'.repeat(20)));

const ofAll = (messages: readonly Buffer[]): Experiment[] =>
  shapes.flatMap((shape) => messages.map(shape));

let plain: readonly Experiment[] | undefined;

/** Those of the plain ones in which a theory does not foretell the same as the contract: asked for at each choice. */
const departures = new WeakMap<Deviation, WeakMap<Held, ReadonlySet<Experiment>>>();

function departuresOf(deviation: Deviation, held: Held, all: readonly Experiment[]) {
  const byContract = departures.get(deviation) ?? new WeakMap<Held, ReadonlySet<Experiment>>();
  departures.set(deviation, byContract);
  const known = byContract.get(held);
  if (known !== undefined) return known;
  const departing = all.filter((experiment) => {
    const right = foretell(theContract, experiment, held);
    const foretold = foretell(deviation, experiment, held);
    return right === undefined || foretold === undefined || !agree(foretold, right);
  });
  const found = new Set(departing);
  byContract.set(held, found);
  return found;
}

/** What these theories may be parted by, the simplest first: where all foretell the same, none is. */
export function candidates(suspects: readonly Suspect[], held: Held): Experiment[] {
  const probes = distinct(suspects.flatMap(({ deviation }) => deviation.probes ?? []));
  const all = (plain ??= ofAll(distinct([...plainMessages()])));
  const departing = suspects.map(({ deviation }) => departuresOf(deviation, held, all));
  const needsPast = suspects.some(({ deviation }) => deviation.needsPast === true);
  const tellsOfEnds = suspects.some(({ deviation }) => deviation.tells.includes('end'));
  const greets = suspects.some(({ deviation }) => deviation.id === 'greets');
  return [
    ...ofAll(probes),
    ...all.filter((experiment) => departing.some((some) => some.has(experiment))),
    ...(needsPast
      ? [
          ...probes.map((probe) => inTurn(latin1('klm'), probe, next)),
          inTurn(latin1('klmnopqr'), latin1('st')),
          inTurn(latin1('qrstklmn\n'), latin1('op\n')),
          inTurn(latin1('klm'), latin1('qrs'), next),
        ]
      : []),
    ...(tellsOfEnds ? [wordless, ...probes.map(waitedOut)] : []),
    ...(greets ? [listening] : []),
  ];
}

function distinct(messages: readonly Buffer[]): Buffer[] {
  return [...new Map(messages.map((message) => [message.toString('latin1'), message])).values()];
}
