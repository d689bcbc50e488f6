// The picture of the house, made from the allow-list.

/**
 * A line a room, the highest first: what it imports of the project. What it reaches through another
 * that is named is left out, and so are packages.
 * @param {Readonly<Record<string, readonly string[]>>} fences room → what it may import
 * @returns {string[]}
 */
export function pictureOf(fences) {
  const rooms = Object.keys(fences);
  const next = new Map(
    rooms.map((room) => [
      room,
      fences[room]
        .map((one) => one.replace(/^types of /u, ''))
        .filter((target) => rooms.includes(target)),
    ]),
  );
  const reached = new Map();
  // Imports point upwards in the list: what a room imports is known before the room.
  for (const room of rooms) {
    const through = next.get(room).flatMap((target) => [target, ...reached.get(target)]);
    reached.set(room, new Set(through));
  }
  const width = Math.max(...rooms.map((room) => shortName(room).length));
  return rooms.toReversed().map((room) => {
    const targets = next.get(room);
    const direct = targets.filter((one) => !targets.some((other) => reached.get(other).has(one)));
    const line = `${shortName(room).padEnd(width)}  ${direct.length > 0 ? '→ ' : ''}`;
    return `${line}${direct.map(shortName).join(', ')}`.trimEnd();
  });
}

/** A room of a few files is named after the first. */
const shortName = (room) => room.replace(/ \(([^,)]+).*\)$/u, '/$1.ts');
