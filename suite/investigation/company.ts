// Whether several clients are needed: each by itself, the others silent, the same one after another.
import type { SpokenStep } from '../../clients/conversation/messages.ts';
import { payloadOf } from '../../clients/conversation/conversation.ts';
import { leaveInOrder, receiveDue } from '../../clients/conversation/write-conversation.ts';
import { Unfinished, type Notebook, type Trying } from './experiment.ts';
import type { Respect } from './law.ts';
import { listed } from './words.ts';

const surely = 3;
/** Messages of the one that talks meanwhile are so long. */
const shortLetters = 6;
/** Of more clients each would have to be tried in too many ways: only how many it takes is asked. */
export const mostClients = 4;

/** The names of those who take part, in the order in which they come. */
export const clientsOf = (steps: readonly SpokenStep[]): string[] => [
  ...new Set(steps.map(({ client }) => client)),
];

/** The steps of one of them alone. */
export const aloneOf = (steps: readonly SpokenStep[], client: string): SpokenStep[] =>
  steps.filter((step) => step.client === client);

/** What the others have to do with it, where `steps` fail together, and those of each client alone do not. */
export function* company(
  notebook: Notebook,
  steps: readonly SpokenStep[],
): Trying<Respect | undefined> {
  const clients = clientsOf(steps);
  if (clients.length < 2) return undefined;
  if (clients.length > mostClients) return yield* fewestAtOnce(notebook, steps, clients);
  const isWrong = yield* notebook.isWrong(
    { steps: inTurn(steps, clients), asWritten: true },
    surely,
  );
  const says = [
    `It takes ${clients.length} clients: what each of ${listed(clients)} does is right alone.`,
    `One after another, each leaving before the next comes, ${isWrong ? 'it fails too' : 'they are right'}.`,
    ...(yield* besideTheQuiet(notebook, steps, clients)),
  ];
  return { dimension: 'company', says: says.join(' ') };
}

/** How many of those that come first it takes, where there are too many to try each by itself. */
function* fewestAtOnce(
  notebook: Notebook,
  steps: readonly SpokenStep[],
  clients: readonly string[],
): Trying<Respect | undefined> {
  const isWrong = (count: number): Trying<boolean> => {
    const few = clients.slice(0, count);
    const own = steps.filter(({ client }) => few.includes(client));
    return notebook.isWrong({ steps: own, asWritten: true }, surely);
  };
  let [right, wrong] = [0, clients.length];
  while (wrong - right > 1) {
    const count = Math.ceil((right + wrong) / 2);
    if (yield* isWrong(count)) wrong = count;
    else right = count;
  }
  // Where one alone fails, or all were needed and are right as they are played here, company has no part in it.
  if (right === 0 || !(yield* isWrong(wrong))) return undefined;
  const together = right === 1 ? 'the first alone is' : `the first ${right} at once are`;
  return {
    dimension: 'company',
    says: `It takes ${wrong} clients: of its ${clients.length}, ${together} right, and with one more it fails.`,
  };
}

/**
 * Whether a client that fails alone does so beside one that is silent, and beside one that talks meanwhile.
 * @param steps what the client does, played as it is written
 * @returns undefined where what the other says is wrong by itself
 * @throws {Unfinished} where the steps do not fail, or something goes both ways
 */
export function* neighbours(
  notebook: Notebook,
  steps: readonly SpokenStep[],
  letters: (byteCount: number) => Buffer,
): Trying<Respect | undefined> {
  const [own = ''] = clientsOf(steps);
  const other = own === 'B' ? 'A' : 'B';
  const come: SpokenStep = { do: 'connect', client: other };
  const speak: SpokenStep = {
    do: 'send',
    client: other,
    payload: payloadOf(letters(shortLetters)),
  };
  const hear = receiveDue(other);
  const isWrong = (all: readonly SpokenStep[]): Trying<boolean> =>
    notebook.isWrong({ steps: all, asWritten: true }, surely);
  if (!(yield* isWrong(steps))) throw new Unfinished(false);
  if (yield* isWrong([come, speak, hear, speak, hear])) return undefined;
  const meanwhile = steps.flatMap((step): readonly SpokenStep[] =>
    step.do === 'send' ? [speak, step, hear] : [step],
  );
  const fails: string[] = [];
  const holds: string[] = [];
  const silent = yield* isWrong([come, ...steps]);
  (silent ? fails : holds).push('beside a client that has only connected');
  const talking = yield* isWrong([come, speak, hear, ...meanwhile, speak, hear]);
  (talking ? fails : holds).push('beside one that talks meanwhile');
  const says = [
    ...(fails.length === 0 ? [] : [`${listed(fails)} it fails too`]),
    ...(holds.length === 0 ? [] : [`${listed(holds)} it is right`]),
  ].join('; ');
  return { dimension: 'company', says: `${says[0]?.toUpperCase() ?? ''}${says.slice(1)}.` };
}

const isEnd = ({ do: what }: SpokenStep): boolean => what === 'await-end' || what === 'reset';

function inTurn(steps: readonly SpokenStep[], clients: readonly string[]): SpokenStep[] {
  return clients.flatMap((client) => {
    const own = aloneOf(steps, client);
    return own.some(isEnd) ? own : [...own, leaveInOrder(client)];
  });
}

/** Each does what it does while the others have only connected. */
function* besideTheQuiet(
  notebook: Notebook,
  steps: readonly SpokenStep[],
  clients: readonly string[],
): Trying<string[]> {
  const fails: string[] = [];
  for (const client of clients) {
    const quiet = clients
      .filter((other) => other !== client)
      .map((other): SpokenStep => ({ do: 'connect', client: other }));
    if (
      yield* notebook.isWrong(
        { steps: [...quiet, ...aloneOf(steps, client)], asWritten: true },
        surely,
      )
    )
      fails.push(client);
  }
  const others =
    clients.length === 2
      ? 'Beside one that has only connected and says nothing'
      : 'Beside others that have only connected and say nothing';
  if (fails.length === 0) return [`${others}, each is right.`];
  return [`${others}, what ${listed(fails)} ${fails.length === 1 ? 'does' : 'do'} fails.`];
}
