/**
 * Bundles the CLI into packages/cli/dist, because one file starts several times faster than hundreds. What a command
 * does not need stays in chunks of its own, loaded on use. `typescript` stays outside: the package depends on it.
 */
import { existsSync, rmSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build, type Metafile } from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const outdir = join(root, 'packages/cli/dist');

const common: BuildOptions = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node22',
  external: ['typescript'],
  legalComments: 'none',
  logLevel: 'warning',
  metafile: true,
  minifySyntax: true,
  minifyWhitespace: true,
};

/** CommonJS libraries inside an ES module need what CommonJS would give them. */
const commonJsBanner = [
  "import { createRequire as __createRequire } from 'node:module';",
  "import { fileURLToPath as __fileURLToPath } from 'node:url';",
  'const require = __createRequire(import.meta.url);',
  'const __filename = __fileURLToPath(import.meta.url);',
  "const __dirname = __fileURLToPath(new URL('.', import.meta.url));",
].join('');

async function buildCli(): Promise<Metafile> {
  const { metafile } = await build({
    ...common,
    entryPoints: { cli: 'packages/cli/src/main.ts' },
    outdir,
    format: 'esm',
    splitting: true,
    outExtension: { '.js': '.mjs' },
    chunkNames: '[name]-[hash]',
    banner: { js: commonJsBanner },
  });
  return metafile!;
}

/** Runs inside the user's program, by `--require`: a file of its own that depends on nothing. */
async function buildPreload(): Promise<Metafile | undefined> {
  const entry = 'packages/hosts/src/preload/main.ts';
  if (!existsSync(join(root, entry))) return undefined;
  const { metafile } = await build({
    ...common,
    entryPoints: { preload: entry },
    outdir,
    format: 'cjs',
    outExtension: { '.js': '.cjs' },
  });
  return metafile!;
}

function kilobytes(bytes: number): string {
  return `${Math.round(bytes / 1024)} kB`;
}

rmSync(outdir, { recursive: true, force: true });
const metafiles = (await Promise.all([buildCli(), buildPreload()])).filter((metafile) => metafile !== undefined);
const outputs = metafiles.flatMap((metafile) => Object.keys(metafile.outputs));
const total = outputs.reduce((sum, file) => sum + statSync(join(root, file)).size, 0);
const entry = statSync(join(outdir, 'cli.mjs')).size;
console.log(
  `bundled into ${relative(root, outdir)}: ${outputs.length} files, ${kilobytes(total)}, of which ${kilobytes(entry)} load first`,
);
