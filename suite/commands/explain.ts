import { UsageError, type DefineCommand } from './command.ts';

export const defineExplain: DefineCommand = (program, { write }, done) => {
  program
    .command('explain')
    .description('what a behaviour requires, why, and the mistake that breaks it')
    .argument('<id>', 'a behaviour, say half-close/sends-all-it-owes')
    .addHelpText('after', '\nExample:\n  conform explain payload/nul-bytes\n')
    .action(async (id: string) => {
      write(await explained(id));
      done(0);
    });
};

async function explained(id: string): Promise<string> {
  const [{ behaviours }, { servers }, { nearestNames }] = await Promise.all([
    import('../behaviours/behaviours.ts'),
    import('../../fixtures/servers/servers.ts'),
    import('../reporters/nearest-names.ts'),
  ]);
  const behaviour = behaviours.find((one) => one.id === id);
  if (behaviour === undefined) {
    const near = nearestNames(
      id,
      behaviours.map((one) => one.id),
    );
    const hint = near.length > 0 ? ` Did you mean ${near.join(' or ')}?` : '';
    throw new UsageError(`There is no behaviour ${JSON.stringify(id)}.${hint}`);
  }
  const { level, requirement, reference, hint, needs, given } = behaviour;
  const breaking = servers.filter(({ fails }) => fails.includes(id));
  const lines = [
    `${id} (${level})`,
    '',
    `  Requires        ${requirement}`,
    `  Reference       ${reference}`,
    `  Likely mistake  ${hint}`,
    ...(needs.length > 0 ? [`  Needs           ${needs.join(', ')}`] : []),
    ...(given === undefined ? [] : ['  Checked on      examples and generated conversations']),
  ];
  if (breaking.length > 0) {
    lines.push('', '  Embedded servers that break it (see one with `conform serve`):');
    for (const { name, contract, does } of breaking.slice(0, 8)) {
      lines.push(`    conform serve ${contract} --port 9990 --fault ${name}`, `      ${does}`);
    }
    if (breaking.length > 8)
      lines.push(`    and ${breaking.length - 8} more: conform list servers`);
  }
  return `${lines.join('\n')}\n`;
}
