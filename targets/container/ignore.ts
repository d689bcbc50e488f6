// What a .dockerignore leaves out, by the rules of the Dockerfile reference: a pattern a line, the
// last one that matches counts, `!` takes back in, `**` stands for any number of folders.

interface Rule {
  readonly isException: boolean;
  readonly pattern: RegExp;
}

/** Tells of a path, relative and divided by `/`, whether it is left out. */
export function ignoring(text: string): (path: string) => boolean {
  const rules = text.split(/\r?\n/u).flatMap(ruleOf);
  return (path) => {
    // Whoever leaves out a folder leaves out what is in it.
    const parts = path.split('/');
    const paths = parts.map((_, index) => parts.slice(0, index + 1).join('/'));
    const last = rules.findLast(({ pattern }) => paths.some((one) => pattern.test(one)));
    return last !== undefined && !last.isException;
  };
}

function ruleOf(line: string): readonly Rule[] {
  // A comment begins in the first column.
  if (line.startsWith('#')) return [];
  const isException = line.trim().startsWith('!');
  const glob = line
    .trim()
    .slice(isException ? 1 : 0)
    .trim()
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/');
  return glob === '' ? [] : [{ isException, pattern: expression(glob) }];
}

function expression(glob: string): RegExp {
  let source = '';
  for (let at = 0; at < glob.length; at += 1) {
    const character = glob.charAt(at);
    const set = /^\[\^?[^\]]+\]/u.exec(glob.slice(at))?.[0];
    if (glob.startsWith('**', at)) {
      // `**/x` matches `x` at the top too.
      const isFolder = glob.charAt(at + 2) === '/';
      source += isFolder ? '(?:.*/)?' : '.*';
      at += isFolder ? 2 : 1;
    } else if (character === '*') source += '[^/]*';
    else if (character === '?') source += '[^/]';
    else if (set !== undefined) {
      source += set.replaceAll('\\', '\\\\');
      at += set.length - 1;
    } else if (character === '\\' && at + 1 < glob.length) {
      at += 1;
      source += literal(glob.charAt(at));
    } else source += literal(character);
  }
  return new RegExp(`^${source}$`, 's');
}

const literal = (character: string): string => character.replace(/[\\^$.*+?()[\]{}|/]/u, '\\$&');
