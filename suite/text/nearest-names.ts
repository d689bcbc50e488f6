/** What is this much further off than the nearest was hardly meant. */
const alsoNear = 1;

/** Those of `names` that someone who typed `typed` may have meant, the nearest first; at most three. */
export function nearestNames(typed: string, names: readonly string[]): string[] {
  const wanted = typed.toLowerCase();
  const near = names
    // What is too long or too short by itself is not compared letter by letter: that takes a time
    // that grows with the product of both lengths.
    .filter(
      (name) =>
        isBeginning(wanted, name) || Math.abs(name.length - wanted.length) <= farthest(name),
    )
    .map((name) => ({ name, distance: distanceOf(wanted, name.toLowerCase()) }))
    .filter(({ name, distance }) => distance <= farthest(name))
    .sort((one, other) => one.distance - other.distance);
  const nearest = near[0]?.distance ?? 0;
  return near
    .filter(({ distance }) => distance <= nearest + alsoNear)
    .slice(0, 3)
    .map(({ name }) => name);
}

/** How much of a name may be wrong for it to be meant still, in letters. */
const farthest = (name: string): number => Math.max(2, name.length / 2);

const shortestBeginning = 3;

const isBeginning = (wanted: string, name: string): boolean =>
  wanted.length >= shortestBeginning && name.toLowerCase().startsWith(wanted);

/** A beginning may be meant for all that begin so, the shortest first. */
function distanceOf(wanted: string, name: string): number {
  const isWhole = isBeginning(wanted, name);
  return isWhole ? (name.length - wanted.length) / 1000 : editDistance(wanted, name);
}

/** How many letters must be added, left out or changed to make `one` into `other`. */
function editDistance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, column) => column);
  for (let line = 1; line <= one.length; line += 1) {
    const next = [line];
    for (let column = 1; column <= other.length; column += 1) {
      const changed = (row[column - 1] ?? 0) + (one[line - 1] === other[column - 1] ? 0 : 1);
      const added = (next[column - 1] ?? 0) + 1;
      const left = (row[column] ?? 0) + 1;
      next.push(Math.min(changed, added, left));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}
