import { readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { upwards } from '../../upwards.ts';
import { type Compiler, findCompilers } from './compiler.ts';
import {
  type CompilerConfig,
  type RegisterOptions,
  readCompilerConfig,
  readWrittenOptions,
} from './compiler-config.ts';
import type { DiskCache } from './disk-cache.ts';
import { loadReal, once, orReal, provideModule } from './loading.ts';
import { compileOnImport, onRegisterOf } from './quick-modules.ts';
import { compileOnRequire } from './quick-requires.ts';
import type { PreloadSettings } from './settings.ts';
import { createTranspiler, type ModuleKind, type Transpiler } from './transpiler.ts';
import { findTsNode, runnerModule, type TsNode } from './ts-node.ts';

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
  const tsNode = findTsNode(sdkDir);
  const compilers = findCompilers(sdkDir, tsNode, settings.fallbackCompilerPath);
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
  const setUp = (options: RegisterOptions) => setUpCompilation(cache, compilers, options, tsNode);
  const register = (options: RegisterOptions) => {
    const { config, transpiler } = setUp(options);
    if (config === undefined) return registerStock(tsNode, compilerOf(stock()), options);
    if (isModulePackage(process.cwd())) compileOnImport(transpiler('module'), cache, 'what-node-refuses', outputs);
    return compileOnRequire(transpiler('as-configured'), config.extensions, outputs);
  };
  provideModule(settings.preloadPath, () => ({ version: first.version, register }));
  // SDKs that depend on ts-node do not ask which one to require.
  if (!isInside(tsNode.path, sdkDir) && tsNode.major === 7) {
    provideModule(tsNode.path, () => orReal(tsNode.path, { register }));
  }
  onRegisterOf(pathToFileURL(runnerModule(sdkDir)).href, (data, goOn) => {
    const options = data as RegisterOptions;
    const { config, transpiler } = setUp(options);
    if (config !== undefined) compileOnImport(transpiler('module'), cache, 'all', outputs);
    else goOn({ data: { ...options, compiler: compilerOf(stock()) } });
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
  tsNode: TsNode,
): SetUp {
  const directory = process.cwd();
  const compilations = compilers.map((compiler) => ({
    compiler,
    config: once(() => readCompilerConfig(cache, compiler, options, directory)),
  }));
  const config = compilations[0]!.config();
  // A newer ts-node has settings in the tsconfig, and defaults of its own where there is none.
  const isUnlikeStock = tsNode.major !== 7 && (config.mentionsTsNode || options.skipProject);
  return {
    config: isUnlikeStock || config.needsTypes ? undefined : config,
    transpiler: (kind) => createTranspiler(cache, compilations, directory, kind),
  };
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

/** What the runner would have told ts-node; older ones tell nothing. */
function compilerOf(stock: Partial<TsUtils>): string | undefined {
  return stock.typeScriptRequireStrings?.().typescriptRequire;
}

function registerStock(tsNode: TsNode, compiler: string | undefined, options: RegisterOptions): unknown {
  const { register } = loadReal(tsNode.path) as { register(options: unknown): unknown };
  return register(compiler === undefined ? options : { ...options, compiler });
}

function isInside(path: string, directory: string): boolean {
  return path.startsWith(directory + sep);
}
