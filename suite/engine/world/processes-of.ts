// What a check sees of the server's processes, and how it has them stopped and started.
import type { ListensFor, ServerProcesses } from '../../behaviours/behaviour.ts';
import type { Session } from '../session/session.ts';

const usualGraceMs = 500;
const untold: ListensFor = {
  kind: 'unknown',
  reason: 'it cannot be seen on which addresses this server listens',
};

export function processesOf(session: Session): ServerProcesses {
  const { life, target, ownRestarts } = session;
  return {
    snapshot: () => life.snapshot(),
    listensFor: async () => (await target.listensFor?.()) ?? untold,
    firstSnapshot: () => life.firstSnapshot,
    remember: (name, learn) => life.remember(name, learn),
    rememberForRun: (name, learn) => life.rememberForRun(name, learn),
    get lifecycle() {
      return target.lifecycle && ownRestarts;
    },
    isUnmet: () => session.isUnmet,
    renew: (graceMs = usualGraceMs) => life.renew(graceMs),
  };
}
