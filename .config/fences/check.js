// Holds the imports between files to the allow-list. Pure functions: `main.js` reads and prints.

/**
 * The room of a file: of all rooms that hold it, the one that says most. A room is a folder with all
 * below it; a folder in which other rooms stand holds its own files only. `folder (one, other)` is a
 * room of these files.
 * @returns {string | undefined} undefined when no room holds it
 */
export function roomOf(file, rooms) {
  const folder = file.slice(0, file.lastIndexOf('/'));
  const named = rooms.find((room) => filesOf(room)?.includes(file));
  if (named !== undefined) return named;
  if (rooms.includes(folder)) return folder;
  return rooms
    .filter((room) => folder.startsWith(`${room}/`) && !hasRooms(room, rooms))
    .sort((one, other) => other.length - one.length)[0];
}

/** The files of a room that is written `folder (one, other)`; undefined for a folder. */
function filesOf(room) {
  const [, folder, names] = /^(.+) \((.+)\)$/u.exec(room) ?? [];
  return names?.split(', ').map((name) => `${folder}/${name}.ts`);
}

const hasRooms = (room, rooms) => rooms.some((other) => other.startsWith(`${room}/`));

/** An allowance of types alone is written `types of ROOM`. */
const typesOf = (room) => `types of ${room}`;

/**
 * What is wrong, a sentence each: an import that is not allowed, a file in no room, a room without
 * files, an allowance that nothing uses, or of a room that stands further down in the list.
 * @param {Readonly<Record<string, readonly string[]>>} fences room → what it may import
 */
export function faultsOf(fences, files, imports) {
  const rooms = Object.keys(fences);
  const faults = [];
  const used = new Set();
  const filled = new Set();
  for (const file of files) {
    const room = roomOf(file, rooms);
    if (room === undefined) faults.push(`${file} is in no room: name its folder in the list`);
    else filled.add(room);
  }
  for (const { from, to, isType, isOwn } of imports) {
    const room = roomOf(from, rooms);
    const target = isOwn ? roomOf(to, rooms) : to;
    if (room === undefined || target === undefined || room === target) continue;
    const allowed = fences[room];
    const allowance = [target, ...(isType ? [typesOf(target)] : [])].find((one) =>
      allowed.includes(one),
    );
    if (allowance === undefined) {
      const what = allowed.includes(typesOf(target)) ? `only types of ${target}` : `no ${target}`;
      faults.push(`${from} imports ${isOwn ? to : target}: ${room} may import ${what}`);
    } else {
      used.add(`${room} → ${allowance}`);
      // What is loaded anyway is no allowance of types.
      if (!isType) used.add(`${room} → ${allowance}: loaded`);
    }
  }
  for (const [room, allowed] of Object.entries(fences)) {
    if (!filled.has(room)) faults.push(`${room} is in the list and holds no source file`);
    for (const allowance of allowed) {
      const target = allowance.replace(/^types of /u, '');
      if (rooms.indexOf(target) > rooms.indexOf(room)) {
        faults.push(
          `${room} may import ${allowance}, which stands below it: imports point upwards`,
        );
      }
      if (!used.has(`${room} → ${allowance}`)) {
        faults.push(`${room} may import ${allowance}, and does not: take it out of the list`);
      } else if (
        !allowance.startsWith('types of ') &&
        !used.has(`${room} → ${allowance}: loaded`)
      ) {
        faults.push(`${room} imports only types of ${allowance}: write “${typesOf(allowance)}”`);
      }
    }
  }
  return faults;
}

/**
 * Files that import one another in a circle, each circle once, as the files that stand in it.
 * @param imports only those that count
 */
export function circlesOf(imports) {
  const next = new Map();
  for (const { from, to, isOwn } of imports) {
    if (isOwn) next.set(from, [...(next.get(from) ?? []), to]);
  }
  // Tarjan's algorithm: strongly connected components in one walk.
  const order = new Map();
  const lowest = new Map();
  const open = [];
  const circles = [];
  const walk = (file) => {
    order.set(file, order.size);
    lowest.set(file, order.get(file));
    open.push(file);
    for (const to of next.get(file) ?? []) {
      if (!order.has(to)) walk(to);
      if (open.includes(to)) lowest.set(file, Math.min(lowest.get(file), lowest.get(to)));
    }
    if (lowest.get(file) !== order.get(file)) return;
    const circle = open.splice(open.indexOf(file));
    if (circle.length > 1 || next.get(file)?.includes(file)) circles.push(circle);
  };
  for (const file of next.keys()) if (!order.has(file)) walk(file);
  return circles;
}
