import type { EmbeddedServer } from '../../fixtures/servers/embedded.ts';
import type { Behaviour } from '../behaviour.ts';
import type { CauseRule } from '../diagnosis/cause.ts';
import { UsageError, type DefineCommand } from './command.ts';
import { addConfigOption, openConfig, type ConfigOptions } from './config-option.ts';

export const defineExplain: DefineCommand = (program, { write }, done) => {
  const command = program
    .command('explain')
    .description('what a behaviour requires, or what a cause is and how it is mended')
    .argument('<id>', 'a behaviour, say half-close/sends-all-it-owes, or a cause')
    .addHelpText(
      'after',
      '\nExamples:\n  conform explain payload/nul-bytes\n  conform explain reply-ends-at-nul\n  conform list causes\n',
    );
  addConfigOption(command).action(async (id: string, options: ConfigOptions) => {
    write(await explained(id, options));
    done(0);
  });
};

async function explained(id: string, options: ConfigOptions): Promise<string> {
  const [{ behaviours }, { causes }, { servers }] = await Promise.all([
    openConfig(options),
    import('../diagnosis/causes.ts'),
    import('../../fixtures/servers/servers.ts'),
  ]);
  const behaviour = behaviours.find((one) => one.id === id);
  if (behaviour !== undefined) return behaviourText(behaviour, servers);
  const cause = causes.find((one) => one.id === id);
  if (cause !== undefined) return causeText(cause, servers);
  const { nearestNames } = await import('../reporters/nearest-names.ts');
  const near = nearestNames(
    id,
    [...behaviours, ...causes].map((one) => one.id),
  );
  const hint = near.length > 0 ? ` Did you mean ${near.join(' or ')}?` : '';
  throw new UsageError(
    `There is no behaviour and no cause ${JSON.stringify(id)}.${hint} \`conform list\` and \`conform list causes\` show them all.`,
  );
}

function behaviourText(
  { id, level, requirement, reference, hint, needs, given }: Behaviour,
  servers: readonly EmbeddedServer[],
): string {
  const lines = [
    `${id} (${level})`,
    '',
    `  Requires        ${requirement}`,
    `  Reference       ${reference}`,
    `  Likely mistake  ${hint}`,
    ...(needs.length > 0 ? [`  Needs           ${needs.join(', ')}`] : []),
    ...(given === undefined ? [] : ['  Checked on      examples and generated conversations']),
    ...serverLines(
      'Embedded servers that break it (see one with `conform serve`):',
      servers.filter(({ fails }) => fails.includes(id)),
    ),
  ];
  return `${lines.join('\n')}\n`;
}

const languages = { c: 'C', python: 'Python', java: 'Java', javascript: 'JavaScript' } as const;

async function causeText(
  { id, title, sign, mistake, mend }: CauseRule,
  servers: readonly EmbeddedServer[],
): Promise<string> {
  const { mends } = await import('../diagnosis/snippets/mends.ts');
  const lines = [
    `${id}: ${title}`,
    '',
    `  How it shows  ${sign}`,
    `  The mistake   ${mistake}`,
    ...Object.entries(languages).flatMap(([language, name]) => [
      '',
      `  Mended, in ${name}`,
      ...mends[mend][language as keyof typeof languages]
        .split('\n')
        .map((line) => (line === '' ? '' : `    ${line}`)),
    ]),
    ...serverLines(
      'Embedded servers that have it (see one with `conform serve`):',
      servers.filter(({ cause }) => cause === id),
    ),
  ];
  return `${lines.join('\n')}\n`;
}

const mostServers = 8;

function serverLines(title: string, servers: readonly EmbeddedServer[]): string[] {
  if (servers.length === 0) return [];
  const left = servers.length - mostServers;
  return [
    '',
    `  ${title}`,
    ...servers
      .slice(0, mostServers)
      .flatMap(({ name, contract, does }) => [
        `    conform serve ${contract} --port 9990 --fault ${name}`,
        `      ${does}`,
      ]),
    ...(left > 0 ? [`    and ${left} more: conform list servers`] : []),
  ];
}
