// What equal rounds of conversations say of a server's memory by the numbers alone: whether they add nothing, as much
// each time, or less and less.

/** What a round added, in bytes, and how many clients it had: on a busy machine a later one has fewer. */
export interface Round {
  readonly added: number;
  readonly clients: number;
}

/** 1000 conversations in all, when two rounds are enough and some come before them. */
export const roundClients = 480;
export const mostRounds = 12;
/** What was seen to grow evenly before is believed after so many rounds. */
export const evenRoundsLater = 3;
const evenShare = 0.8;
const lastingShare = 0.6;
/** A heap calms down when a round adds no more than this share of what the largest one did. */
const calmShare = 0.5;
const fewestToCalmDown = 3;
/**
 * Bytes per conversation: below the first nothing is kept, from the second on something is. Both lie
 * between two sizes that malloc() gives out (multiples of 16), so that no leak sits on the edge.
 */
const nothingPerClient = 104;
const keptPerClient = 248;
/** A smaller growth of a round is below what the kernel counts exactly. */
const nothingPerRound = 32 * 1024;

export const isFlat = ({ added, clients }: Round): boolean =>
  added < Math.max(nothingPerClient * clients, nothingPerRound);

export const isKept = (rounds: readonly Round[]): boolean => rate(rounds) >= keptPerClient;

/** What was added by each conversation, in bytes. */
export function rate(rounds: readonly Round[]): number {
  const { added, clients } = total(rounds);
  return added / clients;
}

export const total = (rounds: readonly Round[]): Round => ({
  added: rounds.reduce((sum, { added }) => sum + added, 0),
  clients: rounds.reduce((sum, { clients }) => sum + clients, 0),
});

/** Whether each round added about as much as the others. */
export function isEven(rounds: readonly Round[]): boolean {
  const usual = rate(rounds);
  return (
    rounds.length >= evenRoundsLater &&
    rounds.every((one) => !isFlat(one) && one.added >= evenShare * usual * one.clients)
  );
}

/** Whether the later half of the rounds, but for the first two, added about as much as the earlier. */
export function isLasting(rounds: readonly Round[]): boolean {
  const warm = rounds.slice(2);
  const middle = warm.length >> 1;
  return rate(warm.slice(middle)) >= lastingShare * rate(warm.slice(0, middle));
}

/**
 * Whether a heap that is collected has begun to calm down, and no round that may follow can change what is told: if
 * it grew on in all of them as it did on the whole, or as in one of the last two, it would still stay within what
 * its runtime sets aside before it collects. A program that frees at once, with no such slack, has no heap that
 * grows while it is young.
 */
export function calmsDown(rounds: readonly Round[], slackBytes: number): boolean {
  if (slackBytes === 0 || rounds.length < fewestToCalmDown) return false;
  const rates = rounds.map((one) => rate([one]));
  const latest = rates.slice(-2);
  const toCome = (mostRounds - rounds.length) * roundClients * Math.max(rate(rounds), ...latest);
  const isLess = (rates.at(-1) ?? Infinity) <= calmShare * Math.max(...rates);
  return isLess && total(rounds).added + toCome <= slackBytes;
}
