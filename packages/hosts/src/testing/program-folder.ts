import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';

const nodeModules = fileURLToPath(new URL('../../../../node_modules', import.meta.url));

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A new folder with these files, removed when the test file is done. */
export function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'radiant-hosts-')));
  folders.push(folder);
  writeFiles(folder, files);
  return folder;
}

/** A program's folder with the repository's packages (the SDK among them) installed. */
export function programWith(files: Readonly<Record<string, string>>): string {
  const folder = folderWith({ 'package.json': '{"name":"program"}', ...files });
  symlinkSync(nodeModules, join(folder, 'node_modules'));
  return folder;
}

export function writeFiles(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}
