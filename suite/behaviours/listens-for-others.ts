// A server may well listen for its own machine alone. Whoever wants it to be reached from outside asks for it.
import { behaviour, Untested, Violation } from './behaviour.ts';
import { everyKind } from './process/process-wear.ts';

export const listensForOthers = behaviour({
  id: 'accept/listens-for-others',
  level: 'may',
  manner: 'alone',
  clients: 'one',
  onRequest: 'reachable',
  needs: [],
  about: everyKind,
  finds: ['other'],
  requirement:
    'The server listens where others reach it, not for programs of its own machine or container alone.',
  reference: 'ip(7): INADDR_ANY, INADDR_LOOPBACK; RFC 1122, 3.2.1.3 (g)',
  hint: 'bind() was given 127.0.0.1, ::1 or localhost. INADDR_ANY (0.0.0.0, in many languages an empty host) is every address.',

  async check({ contract, processes }) {
    // One that has served its client may have stopped to listen.
    if (contract.serves === 'one') await processes.renew();
    const listens = await processes.listensFor();
    if (listens.kind === 'unknown') throw new Untested(listens.reason);
    const at = listens.hosts.join(' and ');
    if (listens.kind === 'others') return `it listens on ${at}`;
    throw new Violation(`The server listens on ${at} alone, where others do not reach it.`, {
      kind: 'other',
      expected: 'an address that is no loopback address, or 0.0.0.0 for every one',
      observed: at,
    });
  },
});
