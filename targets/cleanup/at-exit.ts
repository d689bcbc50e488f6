// What must be undone when this process exits, however it comes to that, short of SIGKILL.

/** In the order in which they were asked for. */
const acts = new Set<() => void>();

/**
 * Has `act` called when this process exits, the latest first: what was started in a folder is killed
 * before that folder is removed. It must be synchronous; what it throws is lost.
 * @returns takes it back
 */
export function atExit(act: () => void): () => void {
  // Equal functions are two wishes.
  const wish = (): void => {
    act();
  };
  if (acts.size === 0) process.on('exit', undoAll);
  acts.add(wish);
  return () => {
    acts.delete(wish);
    if (acts.size === 0) process.off('exit', undoAll);
  };
}

/** Undoes all of it, for who ends this process in a way of which nothing is told. */
export function undoAll(): void {
  const wishes = [...acts].reverse();
  acts.clear();
  for (const act of wishes) {
    try {
      act();
    } catch {
      // The others are still to be called, and nobody could be told any more.
    }
  }
}
