// As long as anything of this process is at an engine, the guard stands by to remove it.
import { guard } from '../cleanup/guard.ts';
import type { Engine } from './engine.ts';

let users = 0;

/** From now on what carries our label is removed when we are gone. Returns what ends that. */
export function watchEngine({ connection }: Engine): () => void {
  guard().watchEngine(connection);
  users += 1;
  let isOver = false;
  return () => {
    if (isOver) return;
    isOver = true;
    users -= 1;
    if (users === 0) guard().releaseEngine();
  };
}
