// After which client's leaving a server is busy: they leave one after another, and between them it is looked at.
import type { World } from '../behaviour.ts';
import { engaged, leaveBeforeTheReply, leaveUnread } from '../checks/leaving.ts';
import { silent, wellBehaved, type Caller } from './process-wear.ts';

/** A client that leaves, and how, as what it did. */
export interface Leaver {
  readonly did: string;
  readonly leave: Caller;
}

/** One of each kind that the server's contract has. */
export function leaversOf({ contract: { replies } }: World): readonly Leaver[] {
  const leavers: Leaver[] = [{ did: 'ended its side', leave: wellBehaved }];
  if (replies !== 'by-operator') {
    leavers.push({ did: 'left without having said anything', leave: silent });
  }
  if (replies !== 'by-byte') return leavers;
  return [
    ...leavers,
    { did: 'reset its connection', leave: async (world) => (await engaged(world)).reset() },
    {
      did: 'reset its connection without having said anything',
      leave: async ({ connect }) => (await connect()).reset(),
    },
    { did: 'left with replies unread', leave: leaveUnread },
    { did: 'left before its reply came', leave: leaveBeforeTheReply },
  ];
}

/** Some leavings meet the server in the right moment now and then only. */
const timesEach = 3;

/** The leaver after which a server that rested is busy; undefined where it rests after all of them. */
export async function whoseLeavingSetsItOff(
  world: World,
  isBusy: () => Promise<boolean>,
): Promise<string | undefined> {
  for (let time = 0; time < timesEach; time += 1) {
    for (const { did, leave } of leaversOf(world)) {
      await leave(world);
      if (await isBusy()) return did;
    }
  }
  return undefined;
}

/** Said of a server that was seen to rest, and to be busy from one client's leaving on. */
export const setOffBy = (did: string): string =>
  `${seenToBegin} a client of it ${did}, and was busy from then on`;

/** What says that the client whose leaving began it was seen. */
export const seenToBegin = 'a fresh one rested until';
