import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { OperationError } from '@radiant/model';
import type { ProgramResult } from '../program/outcome.ts';
import { upwards } from '../upwards.ts';

/** program_exec.py ends with this code, and these words as its last, when it cannot import the SDK. */
const noSdkExitCode = 97;
const noSdkWords = 'The Pulumi SDK cannot be imported: ';

export interface SdkSearch {
  readonly programDir: string;
  /** The Python that was asked for the SDK. */
  readonly python: string;
  /** The command that installs a package, without its name. */
  readonly installWith: string;
}

/** A program without its SDK cannot say so through the engine: its end says it, in words that mend it. */
export function explainMissingSdk(result: ProgramResult, search: SdkSearch): ProgramResult {
  if (result.kind !== 'failed' || result.exitCode !== noSdkExitCode) return result;
  const words = result.stderrTail.at(-1);
  if (!words?.startsWith(noSdkWords)) return result;
  return { ...result, message: missingSdk(words.slice(noSdkWords.length), search).message };
}

function missingSdk(why: string, { programDir, python, installWith }: SdkSearch): OperationError {
  const listed = listing(programDir);
  return new OperationError({
    code: 'SDK_NOT_INSTALLED',
    summary: `the Pulumi SDK is not installed for ${python}: ${why}`,
    detail:
      listed === undefined
        ? `No requirements.txt or pyproject.toml of ${programDir} asks for \`pulumi\`.`
        : `${listed} asks for it, but its packages have not been installed there.`,
    remedy:
      listed === undefined
        ? `Add it to them, and install it:\n    ${installWith} pulumi`
        : 'Install them:\n    radiant install',
  });
}

/** The file that asks for the SDK. */
function listing(programDir: string): string | undefined {
  for (const folder of upwards(programDir)) {
    const file = ['requirements.txt', 'pyproject.toml']
      .map((name) => join(folder, name))
      .find((each) => existsSync(each));
    if (file !== undefined)
      return /(^|["'\s])pulumi\s*(["'=<>~!;[\s]|$)/im.test(readFileSync(file, 'utf8')) ? file : undefined;
  }
  return undefined;
}
