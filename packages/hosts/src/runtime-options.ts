import { OperationError } from '@radiant/model';

/** An option of `runtime.options`. Throws OperationError when it is no text; one that is empty is as good as none. */
export function textOption(name: string, value: unknown): string | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value === 'string') return value;
  throw wrongOption(name, 'a text', value);
}

/** Throws OperationError for what is neither true nor false. */
export function booleanOption(name: string, value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  throw wrongOption(name, 'true or false', value);
}

/** Throws OperationError for what is none of the choices. */
export function choiceOption<Choice extends string>(
  name: string,
  value: unknown,
  choices: readonly Choice[],
): Choice | undefined {
  const text = textOption(name, value);
  const choice = choices.find((each) => each === text?.toLowerCase());
  if (text === undefined || choice !== undefined) return choice;
  throw wrongOption(name, `one of ${choices.join(', ')}`, value);
}

function wrongOption(name: string, wanted: string, value: unknown): OperationError {
  return new OperationError({
    code: 'RUNTIME_OPTION_INVALID',
    summary: `the runtime option '${name}' must be ${wanted}, not ${JSON.stringify(value)}`,
    remedy: `Correct it under \`runtime.options.${name}\` in Pulumi.yaml.`,
  });
}
