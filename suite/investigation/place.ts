// The how many-th message of a connection fails first, whatever it holds.
import { counted } from '../text/measures.ts';
import { Unfinished, type Experiment, type Notebook, type Trying } from './experiment.ts';
import type { Respect } from './law.ts';
import { listed, ordinal } from './words.ts';

export interface PlaceOptions {
  /** So many messages of so many letters each, on one connection. */
  readonly ofMessages: (count: number, byteCount: number) => Experiment;
  /** So many messages fail, of `byteCount` bytes each. */
  readonly failing: number;
  readonly byteCount: number;
  readonly isCostly: boolean;
}

const edgeTimes = 3;

/**
 * Which message of a connection is the first that fails.
 * @returns undefined where one message alone fails already
 */
export function* places(notebook: Notebook, options: PlaceOptions): Trying<Respect | undefined> {
  const { ofMessages, failing, byteCount, isCostly } = options;
  const first = yield* firstWrong(notebook, (count) => ofMessages(count, byteCount), failing);
  if (first <= 1) return undefined;
  const same = [byteCount];
  const other: { readonly bytes: number; readonly first: number | undefined }[] = [];
  try {
    for (const bytes of isCostly ? [2 * byteCount] : [1, 2 * byteCount, 100]) {
      const isSame =
        (yield* notebook.isWrong(ofMessages(first, bytes), edgeTimes)) &&
        !(yield* notebook.isWrong(ofMessages(first - 1, bytes), edgeTimes));
      if (isSame) same.push(bytes);
      else {
        const isWrong = yield* notebook.isWrong(ofMessages(failing, bytes));
        const ofCount = (count: number): Experiment => ofMessages(count, bytes);
        const at = isWrong ? yield* firstWrong(notebook, ofCount, failing) : undefined;
        other.push({ bytes, first: at });
      }
    }
  } catch (error) {
    // What was found of one size holds of it, also where no time is left for another.
    if (!(error instanceof Unfinished) || !error.isOver) throw error;
  }
  return { dimension: 'place', says: words(first, same, other, failing) };
}

/** The smallest count that fails: that one and the one before it are held several times. */
function* firstWrong(
  notebook: Notebook,
  ofCount: (count: number) => Experiment,
  failing: number,
): Trying<number> {
  let low = 0;
  let high = failing;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (yield* notebook.isWrong(ofCount(middle))) high = middle;
    else low = middle;
  }
  yield* notebook.isWrong(ofCount(high), edgeTimes);
  if (low > 0) yield* notebook.isWrong(ofCount(low), edgeTimes);
  return high;
}

function words(
  first: number,
  same: readonly number[],
  other: readonly { readonly bytes: number; readonly first: number | undefined }[],
  most: number,
): string {
  const earlier =
    first === 2 ? 'the one before it is right' : `the ${first - 1} before it are right`;
  const sizes = listed([...same].sort((one, two) => one - two).map(String));
  const noun = same.length === 1 && same[0] === 1 ? 'byte' : 'bytes';
  const rest = other.map(({ bytes, first: at }) =>
    at === undefined
      ? ` Of ${counted(bytes, 'byte')} each, all ${most} tried are right.`
      : ` Of ${counted(bytes, 'byte')} each it is the ${ordinal(at)}.`,
  );
  return `The ${ordinal(first)} message of a connection fails, and ${earlier}, with messages of ${sizes} ${noun} each.${rest.join('')}`;
}
