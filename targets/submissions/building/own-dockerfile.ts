// What a submission's own Dockerfile would have the engine fetch: without network, that is refused
// before it is built, as the engine fetches by itself what no limit of the build's network holds back.
import type { Engine } from '../../container/engine.ts';
import { inspectImage } from '../../container/image/image.ts';
import { SubmissionUnusable } from '../unusable.ts';

const how = 'Dockerfile';

const refuse = (message: string): SubmissionUnusable =>
  new SubmissionUnusable('not-built', message, { how });

/**
 * The images that `dockerfile` needs.
 * @throws {SubmissionUnusable} when it fetches from the network by itself, or it cannot be told
 */
function needsOf(dockerfile: string): readonly string[] {
  if (/^\s*#\s*escape\s*=/imu.test(dockerfile)) {
    throw refuse(
      'Its Dockerfile sets another escape character, which is not supported. Remove that line.',
    );
  }
  const stages = new Set<string>(['scratch']);
  const images = new Set<string>();
  const defaults = new Map<string, string>();
  let stageCount = 0;
  for (const [word, rest] of instructionsOf(dockerfile)) {
    switch (word) {
      case 'ARG': {
        const [, name, value = ''] = /^(\w+)(?:=(\S*))?/u.exec(rest) ?? [];
        if (name !== undefined && stageCount === 0) {
          defaults.set(name, value.replaceAll(/["']/gu, ''));
        }
        break;
      }
      case 'FROM': {
        const words = rest.split(/\s+/u).filter((one) => !one.startsWith('--'));
        const image = filledIn(words[0] ?? '', defaults);
        if (!stages.has(image.toLowerCase())) images.add(image);
        if (words[1]?.toUpperCase() === 'AS') stages.add((words[2] ?? '').toLowerCase());
        stages.add(String(stageCount));
        stageCount += 1;
        break;
      }
      case 'ADD':
        if (/:\/|[$\\]/u.test(rest)) {
          throw refuse(
            'Its Dockerfile fetches something by ADD, and builds have no network. Put the file beside ' +
              'the Dockerfile and use COPY (or ask for --build-network).',
          );
        }
        break;
      case 'COPY': {
        const from = /(?:^|\s)--from=(\S+)/iu.exec(rest)?.[1];
        const image = from === undefined ? undefined : filledIn(from, defaults);
        if (image !== undefined && !stages.has(image.toLowerCase())) images.add(image);
        break;
      }
      default:
    }
  }
  return [...images];
}

/** The instructions of a Dockerfile with what follows them, continued lines made one. */
function instructionsOf(dockerfile: string): readonly (readonly [string, string])[] {
  const lines = dockerfile.split(/\r?\n/u).filter((line) => !/^\s*#/u.test(line));
  const text = lines.join('\n').replace(/\\[ \t]*\n(?:[ \t]*\n)*/gu, '');
  return text.split('\n').flatMap((line) => {
    const [, word, rest] = /^\s*(?:onbuild\s+)?([a-z]+)\s+(.*?)\s*$/iu.exec(line) ?? [];
    return word === undefined || rest === undefined ? [] : [[word.toUpperCase(), rest] as const];
  });
}

function filledIn(word: string, defaults: ReadonlyMap<string, string>): string {
  const plain = word.replaceAll(/["']/gu, '');
  const filled = plain.replaceAll(
    /\$(?:(\w+)|\{(\w+)\})/gu,
    (_, bare: string | undefined, braced: string | undefined) =>
      defaults.get(bare ?? braced ?? '') ?? '$',
  );
  if (filled === '' || /[$\\]/u.test(filled)) {
    throw refuse(
      `Which image its Dockerfile means by ${JSON.stringify(word)} cannot be told. Write its name plainly.`,
    );
  }
  return filled;
}

/**
 * Checks that everything `dockerfile` builds on is at the engine already.
 * @throws {SubmissionUnusable} when it is not: nothing is fetched for a build without network
 */
export async function checkNeeds(engine: Engine, dockerfile: string): Promise<void> {
  for (const image of needsOf(dockerfile)) await checkPresent(engine, image, how);
}

/** @throws {SubmissionUnusable} when the engine does not have `image` */
export async function checkPresent(engine: Engine, image: string, file: string): Promise<void> {
  if ((await inspectImage(engine, image)) !== undefined) return;
  throw new SubmissionUnusable(
    'not-built',
    `It builds on the image ${image}, which is not on this machine, and builds have no network. ` +
      `Use one that is there (ask your instructor), or submit sources without a ${file}; an ` +
      'instructor fetches it once by `docker pull`, or allows --build-network.',
    { how: file },
  );
}
