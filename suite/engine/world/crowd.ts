// How many clients a crowd has where nobody has said it.
import { openFilesLimit } from '../../../targets/processes/open-files-limit.ts';
import type { Session } from '../session/session.ts';

/** Fits into the usual limit of 1,024 open files, with room for what else a server has open. */
const usual = 1000;
/** A descriptor above 1,023 is among them: there select() ends (FD_SETSIZE), but not poll(). */
const beyondSelect = 1200;
/** What both sides have open besides. */
const besides = 100;

/**
 * As many as the run was told; else more than select() can wait for, if both the server and this
 * program may have so many files open. A server whose limit cannot be seen is spared it: what fails
 * there may be the limit of the shell it was started in. So is one in a container, whose memory has
 * a limit that is made for the usual crowd.
 */
export async function crowdOf({ options, life, target }: Session): Promise<number> {
  if (options.crowd !== undefined) return options.crowd;
  if (target.kind === 'container') return usual;
  const snapshot = await life.snapshot();
  const theirs = snapshot.kind === 'seen' ? snapshot.mostOpenFiles() : undefined;
  const ours = openFilesLimit('self');
  const hasRoom = (limit = 0): boolean => limit >= beyondSelect + besides;
  return hasRoom(theirs) && hasRoom(ours) ? beyondSelect : usual;
}
