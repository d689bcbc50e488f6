import type { Behaviour } from '../../behaviours/behaviour.ts';
import { UsageError, type DefineCommand } from '../command.ts';
import { addConfigOption, openConfig, type ConfigOptions } from '../options/config-option.ts';

/** What can be listed. */
export const kinds: readonly string[] = [
  'behaviours',
  'contracts',
  'servers',
  'documents',
  'clients',
  'causes',
  'words',
  'suites',
];

export const defineList: DefineCommand = (program, { write }, done) => {
  const command = program
    .command('list')
    .description('list behaviours, contracts, servers, documents, clients, causes, words or suites')
    .argument('[what]', kinds.join(', '), 'behaviours')
    .addHelpText('after', '\nExamples:\n  conform list\n  conform list servers\n');
  addConfigOption(command).action(async (what: string, options: ConfigOptions) => {
    if (!kinds.includes(what)) {
      throw new UsageError(
        `Cannot list ${JSON.stringify(what)}: expected one of ${kinds.join(', ')}.`,
      );
    }
    write(await listed(what, options));
    done(0);
  });
};

async function listed(what: string, options: ConfigOptions): Promise<string> {
  if (what === 'contracts') {
    const { contracts } = await openConfig(options);
    return table(contracts.map(({ id, summary }) => [id, summary]));
  }
  if (what === 'servers') {
    const { servers } = await import('../../../fixtures/servers/servers.ts');
    return table(servers.map(({ name, contract, does }) => [name, contract, does]));
  }
  if (what === 'documents') {
    const { documents } = await import('../../../targets/documents/documents.ts');
    return table(
      documents.map(({ id, language, contract, title }) => [id, language, contract.id, title]),
    );
  }
  if (what === 'words') {
    const { terms } = await import('../explain/glossary.ts');
    return table(
      terms.map(({ word, also }) => [word, also.join(', '), `conform explain '${word}'`]),
    );
  }
  if (what === 'suites') {
    const { suiteRows } = await import('./list-suites.ts');
    return table(suiteRows());
  }
  if (what === 'clients') {
    const { documentClients } = await import('../../../clients/documents/documents.ts');
    return table(documentClients.map(({ id, takes, does }) => [id, `types ${takes}`, does]));
  }
  if (what === 'causes') {
    const { causes } = await import('../../diagnosis/causes.ts');
    return table(causes.map(({ id, title }) => [id, title]));
  }
  const { behaviours } = await openConfig(options);
  return table(behaviours.map(behaviourRow));
}

const behaviourRow = ({ id, level, requirement }: Behaviour): string[] => [id, level, requirement];

/** Columns as wide as their longest cell, the last one free. */
function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => (column < row.length - 1 ? cell.padEnd(widths[column] ?? 0) : cell))
      .join('  ');
  return `${rows.map(line).join('\n')}\n`;
}
