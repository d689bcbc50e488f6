import type { Behaviour } from '../behaviour.ts';
import { UsageError, type DefineCommand } from './command.ts';

const kinds = ['behaviours', 'contracts', 'servers'];

export const defineList: DefineCommand = (program, { write }, done) => {
  program
    .command('list')
    .description('what there is: behaviours (default), contracts, or embedded servers')
    .argument('[what]', kinds.join(', '), 'behaviours')
    .addHelpText('after', '\nExamples:\n  conform list\n  conform list servers\n')
    .action(async (what: string) => {
      if (!kinds.includes(what)) {
        throw new UsageError(`There are no ${JSON.stringify(what)}: list ${kinds.join(', ')}.`);
      }
      write(await listed(what));
      done(0);
    });
};

async function listed(what: string): Promise<string> {
  if (what === 'contracts') {
    const { contracts } = await import('../contracts/contracts.ts');
    return table(contracts.map(({ id, summary }) => [id, summary]));
  }
  if (what === 'servers') {
    const { servers } = await import('../../fixtures/servers/servers.ts');
    return table(servers.map(({ name, contract, does }) => [name, contract, does]));
  }
  const { behaviours } = await import('../behaviours/behaviours.ts');
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
