import { existsSync, readFileSync, statSync } from 'node:fs';
import { delimiter, dirname, isAbsolute, join } from 'node:path';
import { isJsonMap, type Json, type JsonMap, listAt, mapAt, textAt } from '../json.ts';

/** What a kubeconfig says, entries by name, file paths made absolute (kubernetes docs: kubeconfig files). */
export interface Kubeconfig {
  readonly clusters: ReadonlyMap<string, JsonMap>;
  readonly users: ReadonlyMap<string, JsonMap>;
  readonly contexts: ReadonlyMap<string, JsonMap>;
  readonly currentContext: string;
}

/** A kubeconfig could not be read: where, and why. */
export class KubeconfigError extends Error {
  override readonly name = 'KubeconfigError';
}

const pathFields: Readonly<Record<'cluster' | 'user', readonly string[]>> = {
  cluster: ['certificate-authority'],
  user: ['client-certificate', 'client-key', 'tokenFile'],
};

/** Parses the text of one kubeconfig. Relative paths in it are taken from `folder`. Throws KubeconfigError. */
export async function parseKubeconfig(text: string, folder: string, source: string): Promise<Kubeconfig> {
  const content = await parseText(text, source);
  if (!isJsonMap(content)) throw new KubeconfigError(`${source} is not a kubeconfig: it holds no mapping`);
  return {
    clusters: entries(content, 'clusters', 'cluster', folder),
    users: entries(content, 'users', 'user', folder),
    contexts: entries(content, 'contexts', 'context', folder),
    currentContext: textAt(content, 'current-context'),
  };
}

async function parseText(text: string, source: string): Promise<Json> {
  try {
    if (text.trimStart().startsWith('{')) return JSON.parse(text) as Json;
    const { parse } = await import('yaml');
    return (parse(text) ?? {}) as Json;
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : '';
    throw new KubeconfigError(`${source} is neither YAML nor JSON: ${withoutQuotes(reason)}`);
  }
}

/** Parsers quote what they stumble over, and a kubeconfig holds credentials. */
function withoutQuotes(reason: string): string {
  return reason.replaceAll(/"[^"]*"|'[^']*'|`[^`]*`/g, '…').slice(0, 200);
}

function entries(
  content: JsonMap,
  field: string,
  inner: 'cluster' | 'user' | 'context',
  folder: string,
): ReadonlyMap<string, JsonMap> {
  const found = new Map<string, JsonMap>();
  for (const item of listAt(content, field)) {
    const name = textAt(item, 'name');
    if (name === '' || found.has(name)) continue;
    const entry: Record<string, Json> = { ...mapAt(item, inner) };
    for (const path of inner === 'context' ? [] : pathFields[inner]) {
      const value = entry[path];
      if (typeof value === 'string' && value !== '' && !isAbsolute(value)) entry[path] = join(folder, value);
    }
    found.set(name, entry);
  }
  return found;
}

/** Merges kubeconfigs as kubectl does: whoever names an entry or the current context first, wins. */
export function mergeKubeconfigs(all: readonly Kubeconfig[]): Kubeconfig {
  const merged = { clusters: new Map(), users: new Map(), contexts: new Map() };
  for (const config of all)
    for (const field of ['clusters', 'users', 'contexts'] as const)
      for (const [name, entry] of config[field]) if (!merged[field].has(name)) merged[field].set(name, entry);
  return { ...merged, currentContext: all.map((config) => config.currentContext).find((name) => name !== '') ?? '' };
}

/** A kubeconfig and where it came from, in words. */
export interface FoundKubeconfig {
  readonly config: Kubeconfig;
  readonly source: string;
}

/** The files that kubectl would read: the list in $KUBECONFIG, else `~/.kube/config`; those that exist. */
export function ambientFiles(env: Readonly<Record<string, string | undefined>>, homeDir: string): readonly string[] {
  const listed = env.KUBECONFIG ?? '';
  const files =
    listed === '' ? [join(homeDir, '.kube', 'config')] : listed.split(delimiter).filter((file) => file !== '');
  return files.map((file) => expandHome(file, homeDir)).filter(isFile);
}

/** Undefined when there is none. Throws KubeconfigError when one cannot be read. */
export async function readKubeconfigFiles(files: readonly string[]): Promise<FoundKubeconfig | undefined> {
  if (files.length === 0) return undefined;
  const all: Kubeconfig[] = [];
  for (const file of files) all.push(await parseKubeconfig(readText(file), dirname(file), file));
  return { config: mergeKubeconfigs(all), source: files.join(', ') };
}

/**
 * A kubeconfig given as text: the path of a file, a list of paths as in $KUBECONFIG, or the content itself
 * (Pulumi: provider option `kubeconfig`). Throws KubeconfigError.
 */
export async function readGivenKubeconfig(given: string, homeDir: string): Promise<FoundKubeconfig> {
  const isContent = given.includes('\n') || given.trimStart().startsWith('{');
  if (!isContent) {
    const files = given.split(delimiter).map((file) => expandHome(file.trim(), homeDir));
    const found = await readKubeconfigFiles(files.filter(isFile));
    if (found !== undefined) return found;
    if (!given.includes(':') || /^[~./]/.test(given))
      throw new KubeconfigError(`the kubeconfig ${given} does not exist`);
  }
  return {
    config: await parseKubeconfig(given, process.cwd(), 'the given kubeconfig'),
    source: 'the given kubeconfig',
  };
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new KubeconfigError(`${file} cannot be read: ${(error as NodeJS.ErrnoException).code ?? 'unknown reason'}`);
  }
}

function isFile(path: string): boolean {
  return path !== '' && existsSync(path) && statSync(path).isFile();
}

function expandHome(path: string, homeDir: string): string {
  return path === '~' || path.startsWith('~/') ? join(homeDir, path.slice(2)) : path;
}
