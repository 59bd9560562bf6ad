import { createRequire } from 'node:module';
import { join } from 'node:path';
import { findCompilers } from './compiler.ts';
import { type RegisterOptions, readCompilerConfig, readWrittenOptions } from './compiler-config.ts';
import type { DiskCache } from './disk-cache.ts';
import { commonJs, loadReal, once, provideModule } from './loading.ts';
import type { PreloadSettings } from './settings.ts';
import { createTranspiler, type Transpiler } from './transpiler.ts';

interface TsUtils {
  loadTypeScriptCompilerOptions(configPath: string): Readonly<Record<string, unknown>>;
  typeScriptRequireStrings(): { readonly tsnodeRequire: string; readonly typescriptRequire: string };
}

/**
 * Stands in for ts-node as the SDK's runner sees it: the runner asks `tsutils` which compiler and which ts-node to
 * require, and calls the latter's `register` with options that are its own affair, SDK version by SDK version. Both
 * requires lead to the preload itself. `outputs` receives the code of every file that is compiled.
 */
export function standInForTsNode(
  settings: PreloadSettings,
  sdkDir: string,
  cache: DiskCache,
  outputs: Map<string, string>,
): void {
  const compilers = findCompilers(sdkDir, settings.fallbackCompilerPath);
  const first = compilers[0];
  if (first === undefined) return;
  const tsUtilsPath = join(sdkDir, 'tsutils.js');
  const stock = once(() => loadReal(tsUtilsPath) as TsUtils);
  provideModule(tsUtilsPath, () => ({
    ...stock(),
    loadTypeScriptCompilerOptions: (configPath: string) => readWrittenOptions(cache, first, configPath),
    typeScriptRequireStrings: () => ({
      tsnodeRequire: settings.preloadPath,
      typescriptRequire: settings.preloadPath,
    }),
  }));
  provideModule(settings.preloadPath, () => ({
    version: first.version,
    register(options: RegisterOptions) {
      const directory = process.cwd();
      const config = once(() => readCompilerConfig(cache, first, options, directory));
      if (config().needsTsNode) return registerStock(stock(), sdkDir, options);
      const compilations = compilers.map((compiler) => ({
        compiler,
        config: compiler === first ? config : once(() => readCompilerConfig(cache, compiler, options, directory)),
      }));
      return compileOnRequire(createTranspiler(cache, compilations, directory), config().extensions, outputs);
    },
  }));
}

function registerStock(stock: TsUtils, sdkDir: string, options: RegisterOptions): unknown {
  const { tsnodeRequire, typescriptRequire } = stock.typeScriptRequireStrings();
  const tsNode = createRequire(join(sdkDir, 'cmd', 'run', 'run.js'))(tsnodeRequire) as {
    register(options: RegisterOptions): unknown;
  };
  return tsNode.register({ ...options, compiler: typescriptRequire });
}

/** Compiles what is required outside `node_modules`, the way ts-node does it: around the loader that is there. */
function compileOnRequire(transpiler: Transpiler, extensions: readonly string[], outputs: Map<string, string>): void {
  const plainHandler = commonJs._extensions['.js']!;
  for (const extension of extensions) {
    const handler = commonJs._extensions[extension] ?? plainHandler;
    commonJs._extensions[extension] = function loadTranspiled(module, fileName) {
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
