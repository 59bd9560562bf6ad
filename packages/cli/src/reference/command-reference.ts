import { globalFlags } from '../args/common-flags.ts';
import type { Flag, FlagSupport } from '../args/flag.ts';
import type { CommandSpec } from '../commands/command.ts';

interface Row {
  readonly line: string;
  readonly spec: CommandSpec;
}

/** docs/commands.md: every command and flag of the table, with what works, and what is refused and why. */
export function commandReference(catalogue: readonly CommandSpec[]): string {
  const rows = rowsOf(catalogue, 'radiant');
  const here = rows.filter(({ spec }) => spec.isHidden !== true);
  const sections = [
    '# Commands',
    'Written by `npm run docs` from the table that the command line itself is read by. `pulumi` is another name of `radiant`. Flags may stand before and after the command, and each may come from the environment: `PULUMI_OPTION_STACK=dev` is `--stack dev`.',
    ...here.map(section),
    '## Flags of every command',
    ...flagSections(globalFlags),
    '## Refused',
    table(['Command', 'Why'], refusalRows(rows)),
  ];
  return `${sections.filter((text) => text !== '').join('\n\n')}\n`;
}

/** One row for each reason. */
function refusalRows(rows: readonly Row[]): readonly (readonly string[])[] {
  const refused = rows.filter(({ spec }) => spec.refusal !== undefined);
  const byReason = Map.groupBy(refused, ({ spec }) => spec.refusal!);
  return [...byReason].map(([reason, alike]) => [alike.map(({ line }) => code(line)).join(', '), cell(reason)]);
}

function rowsOf(specs: readonly CommandSpec[], before: string): readonly Row[] {
  return specs.flatMap((spec) => {
    const line = `${before} ${spec.name}`;
    return [{ line, spec }, ...rowsOf(spec.subcommands ?? [], line)];
  });
}

function section({ line, spec }: Row): string {
  const words = spec.arguments?.map(({ text }) => text) ?? [];
  return [
    `## ${line}`,
    [spec.summary, spec.description ?? '']
      .filter((text) => text !== '')
      .map(sentence)
      .join(' '),
    spec.load === undefined
      ? ''
      : `\`\`\`\n${[line, ...words, ...((spec.flags ?? []).length > 0 ? ['[flags]'] : [])].join(' ')}\n\`\`\``,
    spec.aliases === undefined ? '' : `Also: ${spec.aliases.map(code).join(', ')}.`,
    table(
      ['Argument', 'What it is'],
      (spec.arguments ?? []).map(({ text, description }) => [code(text), cell(description)]),
    ),
    spec.argumentRefusal === undefined ? '' : `Refused: an argument, because ${spec.argumentRefusal}.`,
    ...flagSections(spec.flags ?? []),
    table(
      ['Example', 'What it does'],
      (spec.examples ?? []).map(([example, meaning]) => [code(example), cell(meaning)]),
    ),
  ]
    .filter((text) => text !== '')
    .join('\n\n');
}

/** A flag for machines (hidden, and working) is not for people to read about. */
function flagSections(flags: readonly Flag[]): readonly string[] {
  const of = (support: FlagSupport): readonly Flag[] => flags.filter((flag) => flag.support === support);
  const named = (support: FlagSupport): string =>
    of(support)
      .map((flag) => code(`--${flag.name}`))
      .join(', ');
  return [
    table(
      ['Flag', 'What it does'],
      of('works')
        .filter(({ isHidden }) => isHidden !== true)
        .map((flag) => [flagText(flag), cell(flag.description + choicesText(flag))]),
    ),
    named('ignored') && `Taken, and without meaning here: ${named('ignored')}.`,
    ...of('refused').map((flag) => `Refused: ${code(`--${flag.name}`)}, because ${flag.description}.`),
  ].filter((text) => text !== '');
}

function flagText(flag: Flag): string {
  const name = flag.valueName ?? 'value';
  const value = { none: '', value: ` <${name}>`, optional: `[=${name}]` }[flag.arity];
  const short = flag.short === undefined ? '' : `${code(`-${flag.short}`)}, `;
  return `${short}${code(`--${flag.name}${value}`)}`;
}

function choicesText(flag: Flag): string {
  const choices = flag.choices === undefined ? '' : `: ${flag.choices.join(', ')}`;
  return flag.isRepeatable ? `${choices}; may be repeated` : choices;
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '';
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function code(text: string): string {
  return `\`${text.replaceAll('|', '\\|')}\``;
}

/** What Markdown would take for HTML or for the edge of a cell; what stands in backquotes is left as it is. */
function cell(text: string): string {
  return text
    .split(/(`[^`]*`)/)
    .map((part) => (part.startsWith('`') ? part : part.replaceAll('<', '&lt;').replaceAll('*', '\\*')))
    .join('')
    .replaceAll('|', '\\|');
}
