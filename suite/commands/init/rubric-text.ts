// The rubric that `conform init` writes: an item for each thing that the contract has a use for.
import type { Behaviour } from '../../behaviours/behaviour.ts';
import { behaviours } from '../../behaviours/behaviours.ts';
import type { Contract } from '../../contracts/contract.ts';
import { isUseful } from '../../engine/plan/applies.ts';
import { isNewerThan } from '../../frozen/frozen-suite.ts';
import { frozenSuites } from '../../frozen/frozen-suites.ts';

export const rubricName = 'rubric.yaml';

interface Item {
  readonly name: string;
  readonly behaviours: readonly string[];
  readonly points: number;
}

/** What a class exercise asks for, in the order in which one learns it. */
const items: readonly Item[] = [
  {
    name: 'Starts, and answers one message',
    behaviours: ['accept', 'payload/answers', 'payload/one-message'],
    points: 4,
  },
  { name: 'Replies with the right bytes, whatever they are', behaviours: ['payload'], points: 6 },
  { name: 'Takes TCP for the stream that it is', behaviours: ['stream'], points: 4 },
  { name: 'Sends its message, and ends', behaviours: ['one-message'], points: 6 },
  { name: 'Sends what its operator types', behaviours: ['operator'], points: 6 },
  { name: 'Sends each line as 500 bytes', behaviours: ['framing'], points: 4 },
  { name: 'Ends a conversation when its client has', behaviours: ['half-close'], points: 3 },
  { name: 'Ends a conversation at its word', behaviours: ['end-word'], points: 2 },
  { name: 'Serves several clients at once', behaviours: ['concurrency'], points: 2 },
  {
    name: 'All the rest: rude clients, and what the server leaves behind',
    behaviours: ['*'],
    points: 3,
  },
];

/**
 * The whole file, and what a submission can earn by it.
 * @param command how a class is graded with it
 */
export function rubricText(
  contract: Contract,
  command: string,
): { readonly text: string; readonly total: number } {
  const suite = frozenSuites.at(-1);
  const counted = behaviours.filter(
    (one) => isUseful(one, contract) && (suite === undefined || !isNewerThan(suite, one.id)),
  );
  const asked = items.filter((item) => claimed(item, counted).length > 0);
  const total = asked.reduce((sum, { points }) => sum + points, 0);
  return { text: textOf(asked, total, suite?.name, command), total };
}

/** The behaviours that are this item's alone: who is named more exactly elsewhere is not. */
function claimed({ behaviours: named }: Item, counted: readonly Behaviour[]): readonly Behaviour[] {
  const elsewhere = new Set(
    items.flatMap((item) => (item.behaviours === named ? [] : item.behaviours)),
  );
  return counted.filter(({ id, family }) =>
    named.some((one) =>
      one === '*'
        ? !elsewhere.has(id) && !elsewhere.has(family)
        : one === id || (one === family && !elsewhere.has(id)),
    ),
  );
}

function textOf(
  asked: readonly Item[],
  total: number,
  suite: string | undefined,
  command: string,
): string {
  return `# What a submission earns its points for:
#   ${command}
title: 'Exercise: a TCP server'

# The points of all items must add up to this.
total: ${total}
${
  suite === undefined
    ? ''
    : `
# What counts, and in which strength: with it a newer conform gives the same points (\`conform list suites\`).
suite: '${suite}'
`
}
# How much students are told of a failure: none, hint, actual or full.
# reveal: hint

# What conform could not test loses no points (credit), or waits for a person (withhold).
# unjudged: credit

# How many seconds one submission may take, its build included.
# deadline: 600

# The behaviours of an item are ids, families or patterns (\`conform list\` shows all). One that several items name
# belongs to the one that names it most exactly; * is what is left. Those that do not apply change nothing.
# An item gives a part of its points for a part of its behaviours; with \`award: all\` all of them or none.
items:
${asked.map(itemText).join('\n')}`;
}

const itemText = ({ name, behaviours: named, points }: Item): string =>
  [
    `  - name: '${name}'`,
    `    behaviours: ${named.length === 1 ? `'${named[0] ?? ''}'` : `[${named.join(', ')}]`}`,
    `    points: ${points}`,
    '',
  ].join('\n');
