import { accessSync, constants } from 'node:fs';
import path from 'node:path';

/** Whether a shell would find it. */
export function isOnPath(binary: string): boolean {
  return (process.env.PATH ?? '').split(path.delimiter).some((folder) => {
    try {
      accessSync(path.join(folder, binary), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** What a title says of a test that needs executables which are not there. */
export function skippedWithout(binaries: readonly string[]): { readonly isSkipped: boolean; readonly why: string } {
  const missing = binaries.filter((binary) => !isOnPath(binary));
  return {
    isSkipped: missing.length > 0,
    why: missing.length === 0 ? '' : ` (skipped: ${missing.join(', ')} not on PATH)`,
  };
}
