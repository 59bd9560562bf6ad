import { CliError } from '../cli-error.ts';

/** Works on a file that the person named; what the system refuses is theirs to know, not a bug. */
export function onFile<T>(path: string, work: (path: string) => T): T {
  try {
    return work(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new CliError(`could not open ${path}: ${code}`);
  }
}
