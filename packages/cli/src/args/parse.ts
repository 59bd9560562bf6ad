import { Command, CommanderError, Option } from 'commander';
import { CliError } from '../cli-error.ts';
import type { CommandSpec } from '../commands/command.ts';
import { globalFlags } from './common-flags.ts';
import { flagsFromEnvironment } from './environment.ts';
import type { Flag } from './flag.ts';
import { type Given, givenFrom } from './given.ts';
import { flagsOf, locate } from './locate.ts';

/** `answered`: help was printed, or the arguments were wrong and that was said. */
export type Parsed =
  | { readonly kind: 'command'; readonly spec: CommandSpec; readonly given: Given }
  | { readonly kind: 'version' }
  | { readonly kind: 'answered'; readonly exitCode: number };

export interface ParseOutput {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly columns: number;
}

/** Reads a command line. Throws CliError for a flag or command that this version does not have. */
export function parse(
  args: readonly string[],
  catalogue: readonly CommandSpec[],
  env: { readonly [name: string]: string | undefined },
  output: ParseOutput,
): Parsed {
  const { path, rest, typed } = locate(helpAsFlag(args), catalogue);
  const leaf = path.at(-1);
  if (leaf === undefined && rest.includes('--version')) return { kind: 'version' };
  if (leaf?.refusal !== undefined)
    throw new CliError(`radiant ${path.map((spec) => spec.name).join(' ')}: ${leaf.refusal}`);
  const found: Parsed[] = [];
  const root = buildRoot(catalogue, path, output);
  const target = path.reduce((command, spec) => command.commands.find((inner) => inner.name() === spec.name)!, root);
  if (leaf?.load === undefined && rest.length === 0) {
    target.outputHelp();
    return { kind: 'answered', exitCode: 0 };
  }
  const hasStrayWord = leaf?.subcommands !== undefined && rest.some((arg) => !arg.startsWith('-'));
  if (leaf?.load !== undefined && !hasStrayWord) {
    target.action(() => {
      if (leaf.argumentRefusal !== undefined && target.args.length > 0)
        throw new CliError(`radiant ${leaf.name} takes no argument: ${leaf.argumentRefusal}`);
      found.push({ kind: 'command', spec: leaf, given: givenFrom(target.opts(), target.args) });
    });
  }
  try {
    const words = path.map((spec) => spec.name);
    root.parse([...words, ...flagsFromEnvironment(path, typed, env), ...rest], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return { kind: 'answered', exitCode: error.exitCode };
    throw error;
  }
  if (found[0] !== undefined) return found[0];
  output.out(target.helpInformation());
  return { kind: 'answered', exitCode: 0 };
}

/** `radiant help stack init` asks what `radiant stack init --help` asks. */
function helpAsFlag(args: readonly string[]): readonly string[] {
  return args[0] === 'help' ? [...args.slice(1), '--help'] : args;
}

function buildRoot(catalogue: readonly CommandSpec[], path: readonly CommandSpec[], output: ParseOutput): Command {
  const root = new Command('radiant');
  root.description('Infrastructure as code for Kubernetes. Runs Pulumi programs unchanged.');
  root.option('--version', 'print the version');
  configure(root, output);
  if (path.length === 0) for (const flag of globalFlags) addFlag(root, flag);
  addCommands(root, catalogue, path, output);
  root.addHelpText(
    'after',
    examplesText([
      ['radiant up', 'deploy the program in this folder, to the embedded cluster if there is no other'],
      ['radiant preview --diff', 'see what would change, property by property'],
      ['radiant cluster kubeconfig > kubeconfig', 'look at it with kubectl'],
    ]),
  );
  return root;
}

/** All by name, so that help lists them and a slip of the pen finds its neighbour; flags only for the one that runs. */
function addCommands(
  parent: Command,
  specs: readonly CommandSpec[],
  path: readonly CommandSpec[],
  output: ParseOutput,
): void {
  for (const spec of specs) {
    if (spec.isHidden && spec !== path[0]) continue;
    const command = new Command(spec.name).summary(spec.summary);
    if (spec.aliases !== undefined) command.aliases(spec.aliases);
    command.description([spec.summary, spec.description].filter(Boolean).join('.\n'));
    configure(command, output);
    parent.addCommand(command, { hidden: spec.isHidden === true });
    if (spec !== path[0]) continue;
    for (const argument of spec.arguments ?? []) command.argument(argument.text, argument.description);
    // Taken to be refused, so help does not tell of it.
    if (spec.argumentRefusal !== undefined) command.argument('[argument]').usage('[options]');
    if (spec.subcommands !== undefined) addCommands(command, spec.subcommands, path.slice(1), output);
    if (spec.examples !== undefined) command.addHelpText('after', examplesText(spec.examples));
    if (path.length === 1) for (const flag of flagsOf([spec])) addFlag(command, flag);
  }
}

function configure(command: Command, output: ParseOutput): void {
  command
    .exitOverride()
    .helpCommand(false)
    .allowExcessArguments(false)
    .configureOutput({
      writeOut: output.out,
      writeErr: output.err,
      getOutHelpWidth: () => output.columns,
      getErrHelpWidth: () => output.columns,
    });
}

function addFlag(command: Command, flag: Flag): void {
  const names = `${flag.short === undefined ? '' : `-${flag.short}, `}--${flag.name}`;
  const option = new Option(names + valueText(flag));
  option.description = flag.description;
  // `--no-select` must not become the negation of a flag `select`.
  option.negate = false;
  if (flag.choices !== undefined) option.choices(flag.choices);
  if (flag.isRepeatable) {
    option.argParser((value: string, earlier: unknown) => [...(Array.isArray(earlier) ? earlier : []), value]);
  }
  if (flag.isHidden || flag.support !== 'works') option.hideHelp();
  if (globalFlags.includes(flag)) option.helpGroup('Global Options:');
  command.addOption(option);
  if (flag.support === 'refused') {
    command.on(`option:${option.name()}`, () => {
      throw new CliError(`--${flag.name}: ${flag.description}`);
    });
  }
}

function valueText(flag: Flag): string {
  const name = flag.valueName ?? 'value';
  const texts = { none: '', value: ` <${name}>`, optional: ` [${name}]` };
  return texts[flag.arity];
}

function examplesText(examples: readonly (readonly [string, string])[]): string {
  const width = Math.max(...examples.map(([line]) => line.length));
  const lines = examples.map(([line, meaning]) => `  ${line.padEnd(width)}  ${meaning}`);
  return `\nExamples:\n${lines.join('\n')}`;
}
