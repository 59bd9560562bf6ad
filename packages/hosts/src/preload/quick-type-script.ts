import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { upwards } from '../upwards.ts';
import { type Compiler, findCompilers } from './compiler.ts';
import {
  type CompilerConfig,
  type RegisterOptions,
  readCompilerConfig,
  readWrittenOptions,
} from './compiler-config.ts';
import type { DiskCache } from './disk-cache.ts';
import { loadReal, once, provideModule } from './loading.ts';
import { compileOnImport, onRegisterOf } from './quick-modules.ts';
import { compileOnRequire } from './quick-requires.ts';
import type { PreloadSettings } from './settings.ts';
import { createTranspiler, type ModuleKind, type Transpiler } from './transpiler.ts';

interface TsUtils {
  loadTypeScriptCompilerOptions(configPath: string): Readonly<Record<string, unknown>>;
  typeScriptRequireStrings(): { readonly tsnodeRequire: string; readonly typescriptRequire: string };
}

/**
 * Stands in for ts-node as the SDK's runner sees it: the runner asks `tsutils` which compiler and which ts-node to
 * require, and calls the latter's `register` with options that are its own affair, SDK version by SDK version; or, for
 * ES modules where the program has ts-node/esm, Node's `module.register`. Both requires lead to the preload itself.
 * `outputs` receives the code of every file that is compiled.
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
  const runner = join(sdkDir, 'cmd', 'run', 'run.js');
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
  const setUp = (options: RegisterOptions) => setUpCompilation(cache, compilers, options, hasTsNode(runner));
  provideModule(settings.preloadPath, () => ({
    version: first.version,
    register(options: RegisterOptions) {
      const { config, transpiler } = setUp(options);
      if (config === undefined) return registerStock(stock(), runner, options);
      if (isModulePackage(process.cwd())) compileOnImport(transpiler('module'), cache, 'what-node-refuses', outputs);
      return compileOnRequire(transpiler('as-configured'), config.extensions, outputs);
    },
  }));
  onRegisterOf(pathToFileURL(runner).href, (data, goOn) => {
    const options = data as RegisterOptions;
    const { config, transpiler } = setUp(options);
    if (config !== undefined) compileOnImport(transpiler('module'), cache, 'all', outputs);
    else goOn({ data: { ...options, compiler: stock().typeScriptRequireStrings().typescriptRequire } });
  });
}

interface SetUp {
  /** Undefined when only ts-node itself can do what the tsconfig asks for. */
  readonly config: CompilerConfig | undefined;
  readonly transpiler: (kind: ModuleKind) => Transpiler;
}

function setUpCompilation(
  cache: DiskCache,
  compilers: readonly Compiler[],
  options: RegisterOptions,
  isTsNodeInstalled: boolean,
): SetUp {
  const directory = process.cwd();
  const compilations = compilers.map((compiler) => ({
    compiler,
    config: once(() => readCompilerConfig(cache, compiler, options, directory)),
  }));
  const config = compilations[0]!.config();
  // A ts-node of the program's own has settings in the tsconfig, and defaults where there is none.
  const isUnlikeStock = isTsNodeInstalled && (config.mentionsTsNode || options.skipProject);
  return {
    config: isUnlikeStock || config.needsTypes ? undefined : config,
    transpiler: (kind) => createTranspiler(cache, compilations, directory, kind),
  };
}

function hasTsNode(runner: string): boolean {
  try {
    createRequire(runner).resolve('ts-node');
    return true;
  } catch {
    return false;
  }
}

function isModulePackage(directory: string): boolean {
  for (const at of upwards(directory)) {
    try {
      return (JSON.parse(readFileSync(join(at, 'package.json'), 'utf8')) as { type?: unknown }).type === 'module';
    } catch {
      // No package.json here, or none that can be read: the next one up decides.
    }
  }
  return false;
}

function registerStock(stock: TsUtils, runner: string, options: RegisterOptions): unknown {
  const { tsnodeRequire, typescriptRequire } = stock.typeScriptRequireStrings();
  const tsNode = createRequire(runner)(tsnodeRequire) as { register(options: RegisterOptions): unknown };
  return tsNode.register({ ...options, compiler: typescriptRequire });
}
