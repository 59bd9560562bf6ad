import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type Compiler, findCompilers } from './compiler.ts';
import { type RegisterOptions, readCompilerConfig, readWrittenOptions } from './compiler-config.ts';
import { type DiskCache, openDiskCache } from './disk-cache.ts';
import { commonJs, type Loading, type Substitute } from './loading.ts';
import type { PreloadSettings } from './settings.ts';
import { createTranspiler, type Transpiler } from './transpiler.ts';

/** A name no package can have: what our `tsutils` gives the runner to require in ts-node's place. */
const quickTsNode = 'radiant:ts-node';

interface TsUtils {
  loadTypeScriptCompilerOptions(configPath: string): Readonly<Record<string, unknown>>;
  typeScriptRequireStrings(): { readonly tsnodeRequire: string; readonly typescriptRequire: string };
}

/**
 * Stands in for ts-node as the SDK's runner sees it: the runner asks `tsutils` which compiler and which ts-node to
 * require, and calls the latter's `register` with options that are its own affair, SDK version by SDK version.
 * `outputs` receives the code of every file that is compiled.
 */
export function quickTypeScript(
  settings: PreloadSettings,
  sdkDir: string,
  outputs: Map<string, string>,
): ReadonlyMap<string, Substitute> {
  const compilers = findCompilers(sdkDir, settings.fallbackCompilerPath);
  const first = compilers[0];
  if (first === undefined) return new Map();
  const cache = openDiskCache(join(settings.cacheDir, 'typescript'));
  const runner = join(sdkDir, 'cmd', 'run', 'run.js');
  const onlyFor = (answer: (loading: Loading) => unknown): Substitute => {
    return (loading) => (loading.from === runner ? answer(loading) : undefined);
  };
  const stock = once(() => createRequire(runner)(join(sdkDir, 'tsutils.js')) as TsUtils);
  const register = (options: RegisterOptions) => {
    const directory = process.cwd();
    const config = once(() => readCompilerConfig(cache, first, options, directory));
    if (config().needsTsNode) return registerStock(stock(), runner, options);
    const compilations = compilers.map((compiler) => ({
      compiler,
      config: compiler === first ? config : once(() => readCompilerConfig(cache, compiler, options, directory)),
    }));
    compileOnRequire(createTranspiler(cache, compilations, directory), config().extensions, outputs);
    return undefined;
  };
  return new Map([
    ['../../tsutils', onlyFor(() => quickTsUtils(stock, cache, first))],
    [first.path, onlyFor(() => ({ version: first.version }))],
    [quickTsNode, onlyFor(() => ({ register }))],
  ]);
}

function quickTsUtils(stock: () => TsUtils, cache: DiskCache, compiler: Compiler): TsUtils {
  return {
    ...stock(),
    loadTypeScriptCompilerOptions: (configPath) => readWrittenOptions(cache, compiler, configPath),
    typeScriptRequireStrings: () => ({ tsnodeRequire: quickTsNode, typescriptRequire: compiler.path }),
  };
}

function registerStock(stock: TsUtils, runner: string, options: RegisterOptions): unknown {
  const { tsnodeRequire, typescriptRequire } = stock.typeScriptRequireStrings();
  const tsNode = createRequire(runner)(tsnodeRequire) as { register(options: RegisterOptions): unknown };
  return tsNode.register({ ...options, compiler: typescriptRequire });
}

/** Compiles what is required outside `node_modules`, the way ts-node does it: around the loader that is there. */
function compileOnRequire(transpiler: Transpiler, extensions: readonly string[], outputs: Map<string, string>): void {
  const plainHandler = commonJs._extensions['.js']!;
  for (const extension of extensions) {
    const handler = commonJs._extensions[extension] ?? plainHandler;
    commonJs._extensions[extension] = (module, fileName) => {
      if (fileName.replaceAll('\\', '/').includes('/node_modules/')) return handler(module, fileName);
      const compile = module._compile;
      module._compile = function compileTranspiled(code, name) {
        const output = transpiler.transpile(code, name);
        outputs.set(name, output);
        return compile.call(this, output, name);
      };
      return handler(module, fileName);
    };
  }
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
