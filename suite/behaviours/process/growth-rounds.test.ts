// When a heap that is collected is let go early, and when it is looked at to the end.
import { expect, test } from 'vitest';
import { calmsDown, mostRounds, roundClients, total, type Round } from './growth-rounds.ts';

/** Half of what Node may set aside, which one look must go beyond. */
const slackBytes = 48 * 1024 * 1024;
const kibibyte = 1024;

/** Rounds that added so many bytes a client. */
const rounds = (...perClient: readonly number[]): Round[] =>
  perClient.map((bytes) => ({ added: bytes * roundClients, clients: roundClients }));

/** After how many rounds it is let go; undefined when it is not. */
function letGoAfter(some: readonly Round[]): number | undefined {
  const counts = Array.from(some, (_, nth) => nth + 1);
  return counts.find((count) => calmsDown(some.slice(0, count), slackBytes));
}

test('a young heap that grows less and less is let go after three rounds', () => {
  expect(letGoAfter(rounds(9800, 7500, 4000, 4900, 3200, 1600))).toBe(3);
});

test('one that grew more at first is looked at until it calms down', () => {
  expect(letGoAfter(rounds(5200, 9000, 11_700, 2200, 3000))).toBe(5);
});

test('one that goes on growing is looked at to the end', () => {
  expect(letGoAfter(rounds(...Array<number>(mostRounds).fill(5000)))).toBeUndefined();
});

test('whatever is kept evenly and comes to more than the slack is never let go, on top of a young heap either', () => {
  const young = [9800, 7500, 4000, 0, 1600, 0, 800, 0, 0, 0, 0, 0];
  for (let kept = 9 * kibibyte; kept <= 64 * kibibyte; kept += 512) {
    const some = rounds(...young.map((bytes) => bytes + kept));

    expect(total(some).added).toBeGreaterThan(slackBytes);
    expect(letGoAfter(some), `${kept} bytes`).toBeUndefined();
  }
});

test('nor is what a collection in between hides for a round', () => {
  const some = rounds(40_000, 40_000, -10_000, 40_000, 40_000);

  expect(letGoAfter(some)).toBeUndefined();
});

test('a program that frees at once has no young heap', () => {
  expect(calmsDown(rounds(9800, 7500, 4000), 0)).toBe(false);
});
