// Whether the cuts of a message, or a FIN right behind it, make a difference.
import { Unfinished, type Notebook, type Trying } from './experiment.ts';
import type { Respect } from './law.ts';
import { experimentOf, type Talk } from './talk.ts';
import { listed } from './words.ts';

const surely = 3;
/** Every byte of a message up to this goes out by itself. */
const shortBytes = 8;

/**
 * The last message in several writes, 10 ms apart, instead of in one.
 * @throws {Unfinished} where it does not fail in one write when it is played as it is written
 */
export function* cuts(notebook: Notebook, talk: Talk): Trying<Respect | undefined> {
  const length = talk.messages.at(-1)?.length ?? 0;
  if (length < 2) return undefined;
  yield* failsAsWritten(notebook, talk);
  const ways: (readonly [string, readonly number[]])[] = [['in two', [Math.floor(length / 2)]]];
  if (length > 2 && length <= shortBytes) {
    ways.push(['a byte at a time', Array.from({ length: length - 1 }, (_, index) => index + 1)]);
  } else if (length > shortBytes) {
    ways.push(['in four', [1, 2, 3].map((part) => Math.floor((part * length) / 4))]);
  }
  return yield* told(notebook, 'cuts', ways, 'Sent in several writes, 10 ms apart', (offsets) =>
    experimentOf(talk, { cuts: offsets, asWritten: true }),
  );
}

/** The same with the FIN right behind it, or only behind its reply. */
export function* ends(notebook: Notebook, talk: Talk): Trying<Respect | undefined> {
  yield* failsAsWritten(notebook, talk);
  const isFinBehind = !talk.isFinBehind;
  const isWrong = yield* notebook.isWrong(
    experimentOf({ ...talk, isFinBehind }, { asWritten: true }),
    surely,
  );
  const how = isFinBehind
    ? 'a FIN right behind it, before the reply is read'
    : 'the FIN only after the reply';
  const says = isWrong ? `It fails with ${how}, too.` : `With ${how}, it is right.`;
  return { dimension: 'ends', says };
}

function* failsAsWritten(notebook: Notebook, talk: Talk): Trying<void> {
  if (!(yield* notebook.isWrong(experimentOf(talk, { asWritten: true }), surely)))
    throw new Unfinished(false);
}

function* told<Way>(
  notebook: Notebook,
  dimension: Respect['dimension'],
  ways: readonly (readonly [string, Way])[],
  how: string,
  experiment: (way: Way) => ReturnType<typeof experimentOf>,
): Trying<Respect> {
  const fails: string[] = [];
  const holds: string[] = [];
  for (const [words, way] of ways) {
    const isWrong = yield* notebook.isWrong(experiment(way), surely);
    (isWrong ? fails : holds).push(words);
  }
  const says = [
    ...(fails.length === 0 ? [] : [`it fails too (${listed(fails)})`]),
    ...(holds.length === 0 ? [] : [`it is right (${listed(holds)})`]),
  ];
  return { dimension, says: `${how}, ${says.join(', and ')}.` };
}
