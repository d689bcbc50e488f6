// What else has a name: families, embedded servers, the documents' servers and clients, contracts. Each is
// told in a few lines, with the commands that show it.
import type { DocumentFindings } from '../../../fixtures/documents/document-findings.ts';
import type { EmbeddedServer } from '../../../fixtures/servers/embedded.ts';
import type { DocumentCard } from '../../../targets/documents/card.ts';
import type { Config } from '../../config/config.ts';
import { wrapped } from '../../text/layout.ts';
import { termOf, type Term } from './glossary.ts';

/** The paragraphs about whatever is called `name` that is neither behaviour nor cause; none for nothing. */
export async function explainedOtherwise(
  name: string,
  { behaviours, contracts }: Config,
  width: number,
): Promise<string[][]> {
  const [{ servers }, { documents }, { expectedOf }, { documentClients }] = await Promise.all([
    import('../../../fixtures/servers/servers.ts'),
    import('../../../targets/documents/documents.ts'),
    import('../../../fixtures/documents/expected-findings.ts'),
    import('../../../clients/documents/documents.ts'),
  ]);
  const family = behaviours.filter((one) => one.family === name);
  const contract = contracts.find(({ id }) => id === name);
  const server = servers.find((one) => one.name === name);
  const document = documents.find(({ id }) => id === name);
  const client = documentClients.find(({ id }) => id === name);
  const term = termOf(name);
  return [
    ...(term === undefined ? [] : [termLines(term, width)]),
    ...(family.length === 0 ? [] : [familyLines(name, family, width)]),
    ...(contract === undefined
      ? []
      : [
          [
            `${name}: a contract`,
            '',
            ...wrapped(contract.summary, width, '  '),
            ...see(`conform --target localhost:9990 --contract ${name}`),
          ],
        ]),
    ...(server === undefined ? [] : [serverLines(server, width)]),
    ...(document === undefined ? [] : [documentLines(document, expectedOf(document), width)]),
    ...(client === undefined
      ? []
      : [
          [
            `${name}: a client of a document`,
            '',
            ...wrapped(`It ${client.does}.`, width, '  '),
            ...see(`conform client ${name} --target localhost:9990`),
          ],
        ]),
  ];
}

const see = (...commands: string[]): string[] => [
  '',
  '  See it',
  ...commands.map((one) => `    ${one}`),
];

function termLines({ word, also, means, see: where }: Term, width: number): string[] {
  return [
    `${word}: a word`,
    '',
    ...wrapped(means, width, '  '),
    ...(also.length === 0 ? [] : ['', ...wrapped(also.join(', '), width, '  Also  ', '        ')]),
    '',
    ...wrapped(where, width, '  See   ', '        '),
  ];
}

function familyLines(name: string, members: Config['behaviours'], width: number): string[] {
  const widest = Math.max(...members.map(({ id }) => id.length));
  const behind = ' '.repeat(widest + 4);
  return [
    `${name}: a family of ${members.length === 1 ? '1 behaviour' : `${members.length} behaviours`}`,
    '',
    ...members.flatMap(({ id, requirement }) =>
      wrapped(requirement, width, `  ${id.padEnd(widest)}  `, behind),
    ),
    ...see(
      `conform --target localhost:9990 --only ${name}`,
      `conform explain ${members[0]?.id ?? ''}`,
    ),
  ];
}

function serverLines(
  { name, contract, does, fails, cause, end, serves }: EmbeddedServer,
  width: number,
): string[] {
  const isRight = fails.length === 0;
  const options = [
    ...(end === undefined ? [] : [`--end ${end}`]),
    ...(serves === undefined ? [] : [`--serves ${serves}`]),
  ];
  return [
    `${name}: a built-in server, ${isRight ? 'correct' : `with a fault, for ${contract}`}`,
    '',
    ...wrapped(does, width, '  '),
    ...(isRight ? [] : wrapped(`It breaks ${fails.join(', ')}.`, width, '  ')),
    ...(cause === undefined ? [] : [`  Its cause is ${cause}: conform explain ${cause}`]),
    ...see(
      `conform serve ${isRight ? name : `${contract} --fault ${name}`} --port 9990`,
      ['conform --target localhost:9990', `--contract ${contract}`, ...options].join(' '),
    ),
  ];
}

function documentLines(
  { id, title, document, language, contract }: DocumentCard,
  { verdict, finds }: DocumentFindings,
  width: number,
): string[] {
  const word = contract.end === undefined ? '' : ` until ${contract.end}`;
  return [
    `${id}: a server of document ${document}, in ${language}`,
    '',
    ...wrapped(`${title}. Its contract is ${contract.id}${word}.`, width, '  '),
    verdict === 'conforms' ? '  It conforms.' : '  It does not conform.',
    ...finds.flatMap(({ behaviour, why }) =>
      wrapped(`${behaviour}: ${why}`, width, '  - ', '    '),
    ),
    ...see(`conform --document ${id}`),
  ];
}
