// How a server is started when nobody says where it takes its port: the usual ways, one after another.
import type { Start } from '../recognising/recipe.ts';

/** Stands for the port in the words of a command. */
export const portPlace = '{port}';

/** What a shell would make of it, a plain command has none of. */
const needsShell = /[|&;<>()$`\\"'*?~#\n[\]]|^\s*(?:\w+=|(?:cd|exec|ulimit|export|source|\.)\s)/u;

/**
 * The commands to try, each only when the one before has ended by itself. A server that takes a port
 * does so as its first parameter, after an address, or behind `-p`; one that has its own takes none.
 * The port stands in its environment too, as PORT. Undefined: as the image says.
 */
export function attemptsOf(start: Start): readonly (readonly string[] | undefined)[] {
  switch (start.kind) {
    case 'image':
      return [undefined];
    case 'command':
      return [
        needsShell.test(start.command)
          ? ['sh', '-c', start.command]
          : start.command.split(/\s+/u).filter((word) => word !== ''),
      ];
    case 'program': {
      const { words } = start;
      return [
        [...words, portPlace],
        words,
        [...words, '0.0.0.0', portPlace],
        [...words, '-p', portPlace],
      ];
    }
  }
}

export const withPort = (words: readonly string[], port: number): readonly string[] =>
  words.map((word) => word.replaceAll(portPlace, String(port)));

/** The only port of several that is meant: the one that was asked for, else the lowest. */
export function meantPort(ports: readonly number[], wanted: number): number | undefined {
  return ports.includes(wanted) ? wanted : [...ports].sort((a, b) => a - b)[0];
}

/** No way to start it came to a listening server; how the first of them ended. */
export interface NoPort {
  readonly kind: 'none';
  /** How it ended; undefined when it still ran. */
  readonly ended: string | undefined;
  /**
   * True when other words would help as little: one that still runs does not wait for its port, and
   * one that had to be killed is not to be let loose again.
   */
  readonly isFinal: boolean;
  readonly log: string;
}

/** What came of one that multiplied without end, and was stopped. */
export function storm(log: string): NoPort {
  return {
    kind: 'none',
    ended: 'had to be stopped, as it kept starting processes or threads,',
    isFinal: true,
    log,
  };
}
