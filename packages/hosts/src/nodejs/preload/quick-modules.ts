import { existsSync, readFileSync } from 'node:fs';
import Module, {
  createRequire,
  type LoadFnOutput,
  type LoadHookContext,
  registerHooks,
  stripTypeScriptTypes,
} from 'node:module';
import { fileURLToPath } from 'node:url';
import { type DiskCache, hashOf } from './disk-cache.ts';
import type { Transpiler } from './transpiler.ts';

/** Which of a program's ES modules are compiled: all, as ts-node/esm does; or those that Node cannot strip itself. */
export type CompiledModules = 'all' | 'what-node-refuses';

/**
 * Compiles TypeScript sources that are imported, outside `node_modules`. An import of `./x.js` finds `./x.ts`, as the
 * compiler has it. `outputs` receives the code of every file that is compiled, by its URL.
 */
export function compileOnImport(
  transpiler: Transpiler,
  cache: DiskCache,
  which: CompiledModules,
  outputs: Map<string, string>,
): void {
  registerHooks({
    resolve(specifier, context, nextResolve) {
      try {
        return nextResolve(specifier, context);
      } catch (error) {
        const source = isFileUrl(context.parentURL) ? sourceSpecifier(specifier, context.parentURL) : undefined;
        if (source === undefined) throw error;
        return nextResolve(source, context);
      }
    },
    load(url, context, nextLoad) {
      if (!isFileUrl(url) || !/\.m?tsx?$/.test(url) || url.includes('/node_modules/')) {
        return asRequired(url, context, nextLoad(url, context));
      }
      const path = fileURLToPath(url);
      const code = readFileSync(path, 'utf8');
      if (which === 'what-node-refuses' && canStrip(cache, code)) return nextLoad(url, context);
      const source = transpiler.transpile(code, path);
      outputs.set(url, source);
      return { format: 'module', source, shortCircuit: true };
    },
  });
}

/**
 * Where there is a load hook, Node 22 gives a CommonJS package that is imported a `require` without `cache`, which the
 * SDK's serialiser needs. A package that has been required already is taken as it is.
 */
function asRequired(url: string, context: LoadHookContext, loaded: LoadFnOutput): LoadFnOutput {
  // Node 22 has a set where an array is documented.
  const isImported = [...context.conditions].includes('import');
  const isAffected = isImported && loaded.format === 'commonjs' && loaded.source != null;
  if (isAffected && isFileUrl(url) && url.includes('/node_modules/')) createRequire(url)(fileURLToPath(url));
  return loaded;
}

function isFileUrl(url: string | undefined): url is string {
  return url?.startsWith('file:') ?? false;
}

/** `./x.ts` for `./x.js` when that is what exists. */
function sourceSpecifier(specifier: string, parentUrl: string): string | undefined {
  const match = /^(\.{0,2}\/.*|file:.*)\.([mc]?)jsx?$/.exec(specifier);
  if (match === null) return undefined;
  const candidates = match[2] === '' ? ['.ts', '.tsx'] : [`.${match[2]}ts`];
  return candidates
    .map((extension) => match[1] + extension)
    .find((candidate) => existsSync(new URL(candidate, parentUrl)));
}

/** Whether Node takes the types out itself: no enums, namespaces, parameter properties. Asked once per content. */
function canStrip(cache: DiskCache, code: string): boolean {
  if (!process.features.typescript) return false;
  const key = hashOf('can strip', process.version, code);
  const known = cache.read(key);
  if (known !== undefined) return known === 'yes';
  const can = tryStrip(code);
  cache.write(key, can ? 'yes' : 'no');
  return can;
}

function tryStrip(code: string): boolean {
  const { emitWarning } = process;
  // Node warns that the function is experimental; the program has not called it.
  process.emitWarning = () => {};
  try {
    stripTypeScriptTypes(code);
    return true;
  } catch {
    return false;
  } finally {
    process.emitWarning = emitWarning;
  }
}

/**
 * Sees the runner's own call of `module.register`, with which it puts ts-node/esm on a thread of its own; any other
 * call goes through.
 */
export function onRegisterOf(
  runnerUrl: string,
  handle: (data: unknown, goOn: (options?: unknown) => void) => void,
): void {
  const target = Module as unknown as { register: (...args: unknown[]) => void };
  const original = target.register;
  target.register = (specifier, parent, options) => {
    const goOn = (changed: unknown = options) => original.call(Module, specifier, parent, changed);
    if (specifier !== './hooks.js' || String(parent) !== runnerUrl) return goOn();
    target.register = original;
    return handle((options as { data?: unknown } | undefined)?.data, goOn);
  };
}
