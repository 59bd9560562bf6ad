import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the package.json in a directory says; 0 when it says nothing. */
export function packageVersion(directory: string): string {
  try {
    const manifest = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) as { version?: unknown };
    return String(manifest.version);
  } catch {
    return '0';
  }
}
