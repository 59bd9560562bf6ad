/**
 * Bundles the CLI into packages/cli/dist, because one file starts several times faster than hundreds. What a command
 * does not need stays in chunks of its own, loaded on use. `typescript` stays outside: the package depends on it.
 */
import { copyFileSync, cpSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type BuildOptions, build, type Metafile, type Plugin } from 'esbuild';
import { preloadBuildOptions } from '../packages/hosts/src/nodejs/preload-file.ts';
import { execFile } from '../packages/hosts/src/python/exec-file.ts';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const outdir = join(root, 'packages/cli/dist');
const draft = `${outdir}.${process.pid}`;

/** Importing `node:process` makes Node read every property of it, and so set up all three streams: 5 ms of a start. */
const globalProcess: Plugin = {
  name: 'global-process',
  setup(build) {
    build.onResolve({ filter: /^(node:)?process$/ }, () => ({ path: 'process', namespace: 'global-process' }));
    build.onLoad({ filter: /.*/, namespace: 'global-process' }, () => ({
      contents: 'module.exports = globalThis.process;',
    }));
  },
};

/**
 * A library that is loaded on use becomes a chunk of its own, and a chunk of a CommonJS library would export `default`
 * alone. So each gets the names that Node finds in it.
 */
const namedExports: Plugin = {
  name: 'named-exports',
  setup(build) {
    build.onResolve({ filter: /^[^.]/ }, async ({ path, kind, importer, resolveDir, pluginData }) => {
      if (
        kind !== 'dynamic-import' ||
        path.startsWith('node:') ||
        path.startsWith('@radiant/') ||
        // The AWS SDK loads parts of itself on use: ES modules, though not such as Node would load.
        /node_modules\/@(aws-sdk|smithy)\//.test(importer) ||
        pluginData === 'inner'
      )
        return undefined;
      const inner = await build.resolve(path, { kind: 'import-statement', resolveDir, pluginData: 'inner' });
      return inner.external ? inner : { path: inner.path, namespace: 'named-exports' };
    });
    build.onLoad({ filter: /.*/, namespace: 'named-exports' }, async ({ path }) => {
      // What @peculiar/x509 is built on refuses to load before it.
      await import('reflect-metadata');
      const found = Object.keys(await import(pathToFileURL(path).href));
      const names = found.filter((name) => /^[A-Za-z_$][\w$]*$/.test(name) && name !== 'default');
      // By other names inside: a library's `URL` must not hide the real one.
      const contents = [
        `import * as all from ${JSON.stringify(path)};`,
        'export default all.default;',
        `const { ${names.map((name) => `${name}: its_${name}`).join(', ')} } = all;`,
        `export { ${names.map((name) => `its_${name} as ${name}`).join(', ')} };`,
      ].join('\n');
      return { contents, resolveDir: dirname(path) };
    });
  },
};

const common: BuildOptions = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node22',
  external: ['typescript'],
  plugins: [globalProcess, namedExports],
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
    outdir: draft,
    format: 'esm',
    splitting: true,
    outExtension: { '.js': '.mjs' },
    chunkNames: '[name]-[hash]',
    banner: { js: commonJsBanner },
  });
  return metafile!;
}

/** Runs inside the user's program, by `--require`: a file of its own that depends on nothing. */
async function buildPreload(): Promise<Metafile> {
  const { metafile } = await build({
    ...preloadBuildOptions,
    absWorkingDir: root,
    entryPoints: [join(root, 'packages/hosts/src/nodejs/preload/main.ts')],
    outfile: join(draft, 'preload.cjs'),
    legalComments: 'none',
    logLevel: 'warning',
    metafile: true,
  });
  return metafile!;
}

function kilobytes(bytes: number): string {
  return `${Math.round(bytes / 1024)} kB`;
}

async function bundle(): Promise<void> {
  const metafiles = await Promise.all([buildCli(), buildPreload()]);
  // Runs inside the user's Python program.
  copyFileSync(execFile, join(draft, basename(execFile)));
  cpSync(join(root, 'packages/toolkit/templates'), join(draft, 'templates'), { recursive: true });
  const names = metafiles.flatMap((metafile) => Object.keys(metafile.outputs)).map((file) => basename(file));
  const total = names.reduce((sum, name) => sum + statSync(join(draft, name)).size, 0);
  const first = statSync(join(draft, 'cli.mjs')).size;
  // All at once: a command that starts meanwhile finds the old bundle or the new one.
  rmSync(outdir, { recursive: true, force: true });
  renameSync(draft, outdir);
  console.log(
    `bundled into ${relative(root, outdir)}: ${names.length} files, ${kilobytes(total)}, of which ${kilobytes(first)} load first`,
  );
}

try {
  await bundle();
} catch (error) {
  rmSync(draft, { recursive: true, force: true });
  // What is wrong with a source esbuild has said itself.
  if (!(error instanceof Error && 'errors' in error)) throw error;
  process.exitCode = 1;
}
