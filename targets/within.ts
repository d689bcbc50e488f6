// For tests: waits for what comes in its own time.
import { setTimeout as delay } from 'node:timers/promises';

/** Asks again and again until `isSo`; false when it is not so within `limitMs`. */
export async function within(
  limitMs: number,
  isSo: () => boolean | Promise<boolean>,
): Promise<boolean> {
  const endsAtMs = performance.now() + limitMs;
  while (!(await isSo())) {
    if (performance.now() > endsAtMs) return false;
    await delay(20);
  }
  return true;
}
