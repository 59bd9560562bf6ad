import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, relative } from 'node:path';
import { OperationError } from '@radiant/model';
import { upwards } from '../upwards.ts';

export interface Entry {
  /** The file that runs first. */
  readonly file: string;
  /** It is loaded as an ES module. */
  readonly isModule: boolean;
}

interface Manifest {
  readonly directory: string;
  /** Why it says nothing, if it is not JSON. */
  readonly problem?: string;
  readonly type?: unknown;
  readonly main?: unknown;
  readonly exports?: unknown;
  readonly scripts?: unknown;
}

/**
 * The file the SDK's runner will load first, found the way `cmd/run/run.js` finds it: what Pulumi.yaml's `main` names,
 * else `exports` or `main` of package.json, else an index file. Throws OperationError when there is none; undefined when
 * a package.yaml, which the runner also reads, may name one.
 */
export function findEntry(programDir: string, entryPoint: string): Entry | undefined {
  if (!isDirectory(programDir)) throw missingDirectory(programDir);
  const given = isAbsolute(entryPoint) ? entryPoint : join(programDir, entryPoint);
  const manifest = nearestManifest(isDirectory(given) ? given : dirname(given));
  const isModule = manifest?.type === 'module';
  const named = entryPoint === '.' && manifest !== undefined ? entryOfManifest(manifest) : undefined;
  const candidates =
    named !== undefined && existsSync(join(manifest!.directory, named))
      ? [join(manifest!.directory, named), given]
      : [given];
  for (const candidate of candidates) {
    const file = isModule ? moduleFile(candidate) : commonJsFile(candidate);
    if (file !== undefined) return { file, isModule };
  }
  if (entryPoint === '.' && hasYamlManifest(programDir)) return undefined;
  throw missingEntry(programDir, entryPoint, manifest, named);
}

/** `exports["."]` or `main`, read in the runner's order. */
function entryOfManifest(manifest: Manifest): string | undefined {
  const { exports, main } = manifest;
  if (typeof exports === 'string') return exports;
  if (typeof exports === 'object' && exports !== null) {
    const root = (exports as Record<string, unknown>)['.'];
    if (typeof root === 'string') return root;
    if (typeof root !== 'object' || root === null) return undefined;
    const conditions = root as Record<string, unknown>;
    const chosen = conditions.default || conditions.require || conditions.import;
    return typeof chosen === 'string' ? chosen : undefined;
  }
  return typeof main === 'string' && main !== '' ? main : undefined;
}

const commonJsExtensions = ['.js', '.json', '.node', '.ts', '.tsx', '.jsx'];
const moduleIndexFiles = ['index.js', 'index.mjs', 'index.ts', 'index.mts'];

function moduleFile(path: string): string | undefined {
  if (isFile(path)) return path;
  return moduleIndexFiles.map((name) => join(path, name)).find(isFile);
}

/** As `require` resolves a path (Node.js: LOAD_AS_FILE, LOAD_AS_DIRECTORY). */
function commonJsFile(path: string): string | undefined {
  const asFile = [path, ...commonJsExtensions.map((extension) => path + extension)].find(isFile);
  if (asFile !== undefined || !isDirectory(path)) return asFile;
  const main = readManifest(path)?.main;
  const named = typeof main === 'string' && main !== '' ? join(path, main) : undefined;
  const bases = named === undefined ? [] : [named, join(named, 'index')];
  return [...bases, join(path, 'index')]
    .flatMap((base) => [base, ...commonJsExtensions.map((extension) => base + extension)])
    .find(isFile);
}

function nearestManifest(directory: string): Manifest | undefined {
  for (const at of upwards(directory)) {
    if (isFile(join(at, 'package.json'))) return readManifest(at);
    if (isFile(join(at, 'package.yaml'))) return undefined;
  }
  return undefined;
}

function hasYamlManifest(programDir: string): boolean {
  for (const at of upwards(programDir)) {
    if (isFile(join(at, 'package.json'))) return false;
    if (isFile(join(at, 'package.yaml'))) return true;
  }
  return false;
}

/** Undefined when there is none; a damaged one says nothing, as for the runner. */
function readManifest(directory: string): Manifest | undefined {
  let text: string;
  try {
    text = readFileSync(join(directory, 'package.json'), 'utf8');
  } catch {
    return undefined;
  }
  try {
    const manifest: unknown = JSON.parse(text);
    return typeof manifest === 'object' && manifest !== null ? { ...manifest, directory } : { directory };
  } catch (error) {
    return { directory, problem: (error as Error).message };
  }
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function missingDirectory(programDir: string): OperationError {
  return new OperationError({
    code: 'PROGRAM_DIRECTORY_NOT_FOUND',
    summary: `the program's directory does not exist: ${programDir}`,
    remedy: 'Correct `main` in Pulumi.yaml, or create the directory.',
  });
}

function missingEntry(
  programDir: string,
  entryPoint: string,
  manifest: Manifest | undefined,
  named: string | undefined,
): OperationError {
  const shown = relative(programDir, join(manifest?.directory ?? programDir, 'package.json')) || 'package.json';
  const place =
    entryPoint === '.'
      ? manifest?.problem !== undefined
        ? `${shown} is not JSON: ${manifest.problem}. There is no index.ts or index.js in ${programDir} either.`
        : named === undefined
          ? `There is no index.ts or index.js in ${programDir}, and ${
              manifest === undefined ? 'no package.json' : `no \`main\` in ${shown}`
            } that names another file.`
          : `${shown} names '${named}', which does not exist, and there is no index.ts or index.js in ${programDir}.`
      : `Pulumi.yaml names '${entryPoint}' as \`main\`, and there is no such file in ${programDir}.`;
  return new OperationError({
    code: 'PROGRAM_ENTRY_NOT_FOUND',
    summary: "the program's entry file was not found",
    detail: place,
    remedy:
      manifest?.problem !== undefined && entryPoint === '.'
        ? `Correct ${shown}.`
        : isBuilt(manifest)
          ? 'Run `npm run build` first if the file is a result of it, or point `main` at the TypeScript source.'
          : 'Create the file, or set `main` in Pulumi.yaml or package.json to the one that exists.',
  });
}

function isBuilt(manifest: Manifest | undefined): boolean {
  const scripts = manifest?.scripts;
  return typeof scripts === 'object' && scripts !== null && 'build' in scripts;
}
