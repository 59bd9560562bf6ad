import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { OperationError } from '@radiant/model';

/** Throws OperationError unless there is a program: a file, or a folder with a `__main__.py`. */
export function requireEntry(programDir: string, entryPoint: string): void {
  const entry = resolve(programDir, entryPoint);
  switch (kindOf(entry)) {
    case 'file':
      return;
    case 'folder':
      if (kindOf(join(entry, '__main__.py')) === 'file') return;
      throw noEntry(`There is no __main__.py in ${entry}.`);
    case 'nothing':
      throw entryPoint === '.'
        ? new OperationError({
            code: 'PROGRAM_DIRECTORY_NOT_FOUND',
            summary: `the program's directory does not exist: ${programDir}`,
            remedy: 'Correct `main` in Pulumi.yaml, or create the directory.',
          })
        : noEntry(`Pulumi.yaml names '${entryPoint}' as \`main\`, and there is no such file in ${programDir}.`);
  }
}

function kindOf(path: string): 'file' | 'folder' | 'nothing' {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return 'nothing';
  return found.isDirectory() ? 'folder' : 'file';
}

function noEntry(detail: string): OperationError {
  return new OperationError({
    code: 'PROGRAM_ENTRY_NOT_FOUND',
    summary: "the program's entry file was not found",
    detail,
    remedy: 'Create the file, or set `main` in Pulumi.yaml to the one that exists.',
  });
}
