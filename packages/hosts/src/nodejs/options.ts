import { OperationError } from '@radiant/model';
import { booleanOption, choiceOption, textOption } from '../runtime-options.ts';
import type { PackageManager } from './package-manager.ts';
import { splitShellWords } from './shell-words.ts';

/** `runtime.options` of Pulumi.yaml for `nodejs`. */
export interface NodeOptions {
  /** False: the program is JavaScript, or brings its own loader. */
  readonly typescript: boolean;
  /** Relative to the program's directory. */
  readonly tsconfig: string | undefined;
  readonly nodeArguments: readonly string[];
  /** Undefined when the lock file decides. */
  readonly packageManager: PackageManager | undefined;
  /** What is needed for development alone is not installed. */
  readonly production: boolean;
}

/** Reads `runtime.options`. Throws OperationError for a value of the wrong type. */
export function readNodeOptions(options: Readonly<Record<string, unknown>>): NodeOptions {
  const { typescript, tsconfig, nodeargs, packagemanager, production } = options;
  const manager = choiceOption('packagemanager', packagemanager, ['auto', 'npm', 'yarn', 'pnpm', 'bun']);
  return {
    typescript: typescript === undefined || typescript === null ? true : booleanOption('typescript', typescript),
    tsconfig: textOption('tsconfig', tsconfig),
    nodeArguments: splitNodeArguments(textOption('nodeargs', nodeargs) ?? ''),
    packageManager: manager === 'auto' ? undefined : manager,
    production: production === undefined || production === null ? false : booleanOption('production', production),
  };
}

function splitNodeArguments(text: string): readonly string[] {
  const words = splitShellWords(text);
  if (words !== undefined) return words;
  throw new OperationError({
    code: 'RUNTIME_OPTION_INVALID',
    summary: `the runtime option 'nodeargs' has a quote that is not closed: ${text}`,
    remedy: 'Close it under `runtime.options.nodeargs` in Pulumi.yaml.',
  });
}
