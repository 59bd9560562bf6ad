import { exitCodes } from '@radiant/model';

/** A command that was given wrongly. The text follows `error: `. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly exitCode: number;

  constructor(message: string, exitCode: number = exitCodes.generic) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** What the established CLI calls a configuration error: a flag is missing where nobody can be asked. */
export function missingConfirmation(message: string): CliError {
  return new CliError(message, exitCodes.configuration);
}
