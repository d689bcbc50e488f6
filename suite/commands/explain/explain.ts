import type { EmbeddedServer } from '../../../fixtures/servers/embedded.ts';
import type { Behaviour } from '../../behaviours/behaviour.ts';
import type { Config } from '../../config/config.ts';
import type { CauseRule } from '../../diagnosis/cause.ts';
import type { CauseId } from '../../diagnosis/causes.ts';
import { withLinks } from '../../text/links.ts';
import { textWidth, wrapped } from '../../text/layout.ts';
import { UsageError, type DefineCommand } from '../command.ts';
import { addConfigOption, openConfig, type ConfigOptions } from '../options/config-option.ts';

export const defineExplain: DefineCommand = (
  program,
  { write, columns, hasLinks = false },
  done,
) => {
  const command = program
    .command('explain')
    .description('explain a behaviour, a cause and how to fix it, or a word such as FIN')
    .argument(
      '<id>',
      'a behaviour (such as half-close/sends-all-it-owes), cause, family, contract, server or word (such as FIN)',
    )
    .addHelpText(
      'after',
      '\nExamples:\n  conform explain payload/nul-bytes\n  conform explain reply-ends-at-nul\n  conform explain half-close\n  conform explain RST\n  conform list causes\n',
    );
  addConfigOption(command).action(async (id: string, options: ConfigOptions) => {
    const text = await explained(id, options, textWidth(columns));
    write(hasLinks ? text.replace(sources, withLinks) : text);
    done(0);
  });
};

async function explained(id: string, options: ConfigOptions, width: number): Promise<string> {
  const [config, { causes }, { servers }] = await Promise.all([
    openConfig(options),
    import('../../diagnosis/causes.ts'),
    import('../../../fixtures/servers/servers.ts'),
  ]);
  const { behaviours, contracts } = config;
  const behaviour = behaviours.find((one) => one.id === id);
  if (behaviour !== undefined) return behaviourText(behaviour, servers, width);
  const cause = causes.find((one) => one.id === id);
  if (cause !== undefined) return causeText(cause, contracts, servers, width);
  const { explainedOtherwise } = await import('./explain-others.ts');
  const others = await explainedOtherwise(id, config, width);
  if (others.length > 0) return `${others.map((lines) => lines.join('\n')).join('\n\n')}\n`;
  const { nearestNames } = await import('../../text/nearest-names.ts');
  const { terms } = await import('./glossary.ts');
  const near = nearestNames(id, [
    ...[...behaviours, ...causes, ...contracts].map((one) => one.id),
    ...new Set(behaviours.map(({ family }) => family)),
    ...servers.map(({ name }) => name),
    ...terms.map(({ word }) => word),
  ]);
  const hint = near.length > 0 ? ` Did you mean ${near.join(' or ')}?` : '';
  throw new UsageError(
    `There is nothing called ${JSON.stringify(id)}.${hint} \`conform list\` and \`conform list causes\` show them all.`,
  );
}

/** The lines that name documents; code and commands in the others hold words that look like them. */
const sources = /^ {2}(?:Reference|See) .*(?:\n {8,}\S.*)*/gmu;

/** A paragraph behind its name. */
const named = (name: string, text: string, width: number): string[] =>
  wrapped(text, width, `  ${name}`, ' '.repeat(name.length + 2));

function behaviourText(
  { id, level, requirement, reference, hint, needs, given }: Behaviour,
  servers: readonly EmbeddedServer[],
  width: number,
): string {
  const lines = [
    `${id} (${level})`,
    '',
    ...named('Requires        ', requirement, width),
    ...named('Reference       ', reference, width),
    ...named('Common mistake  ', hint, width),
    ...(needs.length > 0 ? named('Needs           ', needs.join(', '), width) : []),
    ...(given === undefined ? [] : ['  Checked on      examples and generated conversations']),
    ...serverLines(
      'Built-in servers that break it (see one with `conform serve`):',
      servers.filter(({ fails }) => fails.some((one) => one === id)),
    ),
  ];
  return `${lines.join('\n')}\n`;
}

async function causeText(
  { id, title, sign, mistake, mend }: CauseRule<CauseId>,
  contracts: Config['contracts'],
  servers: readonly EmbeddedServer[],
  width: number,
): Promise<string> {
  const [{ fixesOf }, { refutationWords }, { languageNames, wholeCode }] = await Promise.all([
    import('../../diagnosis/snippets/mends.ts'),
    import('../../diagnosis/refutation.ts'),
    import('../../reporters/words/run-words.ts'),
  ]);
  const lines = [
    `${id}: ${title}`,
    '',
    ...named('Symptom       ', sign, width),
    ...named('The mistake   ', mistake, width),
    ...named('Refuted by    ', refutationWords(id, contracts), width),
    ...fixesOf(mend).flatMap((fix) => [
      '',
      `  Fixed, in ${languageNames[fix.language]}`,
      ...wholeCode(fix)
        .split('\n')
        .map((line) => (line === '' ? '' : `    ${line}`)),
    ]),
    ...serverLines(
      'Built-in servers that have it (see one with `conform serve`):',
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
