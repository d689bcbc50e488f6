import { behaviour, Violation } from './behaviour.ts';

/**
 * Judged by the run, not by a conversation of its own: a server that goes while several behaviours
 * are under way broke this promise, whichever of them killed it.
 */
export const staysUp = behaviour({
  id: 'robustness/stays-up',
  level: 'must',
  manner: 'rough',
  clients: 'in-turn',
  isAboutRun: true,
  needs: [],
  about: ['by-byte', 'by-read', 'one-message', 'none', 'by-operator'],
  requirement: 'Whatever its clients did, the server is still there when they have gone.',
  reference: 'RFC 862: a server is expected to serve its next client',
  hint: 'An error of one conversation ends the whole process: an unhandled exception, exit() or SIGPIPE.',

  async check({ departures, connect }) {
    const [first] = departures;
    if (first !== undefined) {
      throw new Violation(first, { kind: 'died', exitCode: null, signal: null });
    }

    await connect();
  },
});
