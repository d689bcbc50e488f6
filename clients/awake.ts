// A clock that runs only while this process could have noticed something. Deadlines counted on it
// are not shortened by our own stalls: a loop that was held up for a second counts one tick.

const tickMs = 10;
/** Ticks come by the millisecond of a clock of their own: one may be early by so much, and counts as on time. */
const earlyMs = 1;
/** A tick that comes this late was held up, by our own work or by a loaded machine. */
const longestCreditMs = 4 * tickMs;

/** One of a ring, so that it comes and goes at no cost: there is one for each reply that is waited for. */
interface Waiter {
  dueAwakeMs: number;
  readonly fire: () => void;
  before: Waiter;
  after: Waiter;
}

/** The ring's beginning, which is due never; those that came first come behind it first. */
const ring = {} as Waiter;
Object.assign(ring, { dueAwakeMs: Infinity, fire: () => undefined, before: ring, after: ring });
let awakeMs = 0;
let stalledMs = 0;
let lastTickMs = 0;
let ticker: NodeJS.Timeout | undefined;

function enter(waiter: Waiter): void {
  ring.before.after = waiter;
  ring.before = waiter;
}

/** May be called again. */
function leave(waiter: Waiter): void {
  waiter.before.after = waiter.after;
  waiter.after.before = waiter.before;
  waiter.before = waiter;
  waiter.after = waiter;
}

function dueNow(): Waiter[] {
  const due: Waiter[] = [];
  for (let waiter = ring.after; waiter !== ring; waiter = waiter.after) {
    if (waiter.dueAwakeMs <= awakeMs + earlyMs) due.push(waiter);
  }
  return due;
}

function tick(): void {
  const now = performance.now();
  const elapsedMs = now - lastTickMs;
  lastTickMs = now;
  awakeMs += Math.min(elapsedMs, longestCreditMs);
  stalledMs += Math.max(0, elapsedMs - longestCreditMs);
  const due = dueNow();
  // A late tick may find several due: first those that were due first.
  if (due.length > 1) due.sort((one, other) => one.dueAwakeMs - other.dueAwakeMs);
  for (const waiter of due) {
    leave(waiter);
    // After a tick the loop first reads what has arrived: a reply that is here already wins.
    setImmediate(waiter.fire);
  }
  if (ring.after === ring) {
    clearInterval(ticker);
    ticker = undefined;
  }
}

/** How long this process has been held up while something was being waited for, in milliseconds. */
export function ownStallsMs(): number {
  return stalledMs;
}

/** Calls `fire` once, after `delayMs` of awake time; the returned function calls it off. */
export function afterAwake(delayMs: number, fire: () => void): () => void {
  if (ticker === undefined) {
    lastTickMs = performance.now();
    ticker = setInterval(tick, tickMs);
  }
  const waiter: Waiter = { dueAwakeMs: awakeMs + delayMs, fire, before: ring.before, after: ring };
  enter(waiter);
  return () => {
    leave(waiter);
  };
}

/** Resolves after `delayMs` of awake time. */
export function awake(delayMs: number): Promise<void> {
  return new Promise((resolve) => void afterAwake(delayMs, resolve));
}
