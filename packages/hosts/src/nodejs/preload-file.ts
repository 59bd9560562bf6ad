import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readFileSync, realpathSync, renameSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Caches } from './preload/settings.ts';

type Esbuild = typeof import('esbuild');

/**
 * How the preload is bundled: one CommonJS file without dependencies, for every Node that Radiant runs on. The build
 * writes it beside the bundled CLI as `preload.cjs`.
 */
export const preloadBuildOptions = {
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node22.18',
} as const;

const entry = fileURLToPath(new URL('./preload/main.ts', import.meta.url));

/** Bundles the preload into a file. Only where the sources and esbuild are at hand. */
export function buildPreload(outfile: string): void {
  const esbuild = createRequire(import.meta.url)('esbuild') as Esbuild;
  esbuild.buildSync({ ...preloadBuildOptions, entryPoints: [entry], outfile, logLevel: 'error' });
}

/** Where results are kept: what this very preload makes is never taken for another version's. */
export function cachesIn(cacheDir: string, preloadPath: string): Caches {
  const version = createHash('sha256').update(readFileSync(preloadPath)).digest('hex').slice(0, 16);
  return {
    compiledCode: join(cacheDir, 'compiled-code'),
    sources: join(cacheDir, 'programs', version, 'sources'),
    verdicts: join(cacheDir, 'programs', version, 'verdicts'),
  };
}

/** The preload to start programs with: the bundled one, or, from sources, one bundled into `cacheDir` when they change. */
export function preloadFile(cacheDir: string): string {
  const bundled = fileURLToPath(new URL('./preload.cjs', import.meta.url));
  if (existsSync(bundled)) return realpathSync(bundled);
  mkdirSync(cacheDir, { recursive: true });
  // As Node will know it: a required file goes by its real path.
  const path = join(realpathSync(cacheDir), `preload-${sourcesHash()}.cjs`);
  if (existsSync(path)) return path;
  const draft = `${path}.${process.pid}`;
  buildPreload(draft);
  renameSync(draft, path);
  return path;
}

function sourcesHash(): string {
  const directory = fileURLToPath(new URL('./', import.meta.url));
  const hash = createHash('sha256');
  for (const file of globSync('**/*.ts', { cwd: directory }).sort()) {
    hash.update(file).update(readFileSync(join(directory, file)));
  }
  return hash.digest('hex').slice(0, 16);
}
