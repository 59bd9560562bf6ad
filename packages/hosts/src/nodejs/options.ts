import { OperationError } from '@radiant/model';
import { booleanOption, textOption } from '../runtime-options.ts';
import { splitShellWords } from './shell-words.ts';

/** `runtime.options` of Pulumi.yaml for `nodejs`. */
export interface NodeOptions {
  /** False: the program is JavaScript, or brings its own loader. */
  readonly typescript: boolean;
  /** Relative to the program's directory. */
  readonly tsconfig: string | undefined;
  readonly nodeArguments: readonly string[];
  readonly packageManager: string | undefined;
}

/** Reads `runtime.options`. Throws OperationError for a value of the wrong type. */
export function readNodeOptions(options: Readonly<Record<string, unknown>>): NodeOptions {
  const { typescript, tsconfig, nodeargs, packagemanager } = options;
  return {
    typescript: typescript === undefined || typescript === null ? true : booleanOption('typescript', typescript),
    tsconfig: textOption('tsconfig', tsconfig),
    nodeArguments: splitNodeArguments(textOption('nodeargs', nodeargs) ?? ''),
    packageManager: textOption('packagemanager', packagemanager),
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
