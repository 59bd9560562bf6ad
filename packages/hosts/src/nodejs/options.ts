import { OperationError } from '@radiant/model';
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
    typescript: typescript === undefined || typescript === null ? true : asBoolean('typescript', typescript),
    tsconfig: asText('tsconfig', tsconfig),
    nodeArguments: splitNodeArguments(asText('nodeargs', nodeargs) ?? ''),
    packageManager: asText('packagemanager', packagemanager),
  };
}

function asBoolean(name: string, value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  throw wrongOption(name, 'true or false', value);
}

function asText(name: string, value: unknown): string | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value === 'string') return value;
  throw wrongOption(name, 'a text', value);
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

function wrongOption(name: string, wanted: string, value: unknown): OperationError {
  return new OperationError({
    code: 'RUNTIME_OPTION_INVALID',
    summary: `the runtime option '${name}' must be ${wanted}, not ${JSON.stringify(value)}`,
    remedy: `Correct it under \`runtime.options.${name}\` in Pulumi.yaml.`,
  });
}
