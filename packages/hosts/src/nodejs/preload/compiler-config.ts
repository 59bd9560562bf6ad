import { basename, dirname, resolve } from 'node:path';
import type ts from 'typescript';
import type { Compiler, TypeScript } from './compiler.ts';
import { type DiskCache, hashOf } from './disk-cache.ts';
import { remember, type TracedFiles } from './remembered.ts';
import { typeScriptError } from './type-script-error.ts';

/** What the SDK's runner hands to ts-node's `register`; other SDK versions may hand over more. */
export interface RegisterOptions {
  readonly compiler: string;
  readonly transpileOnly?: boolean;
  readonly project: string;
  readonly skipProject: boolean;
  readonly compilerOptions: Readonly<Record<string, unknown>>;
}

/** The options a program is compiled with. */
export interface CompilerConfig {
  readonly options: ts.CompilerOptions;
  readonly digest: string;
  /** The files that are compiled when they are required. */
  readonly extensions: readonly string[];
  readonly isJsxPreserved: boolean;
  /** The tsconfig has settings for ts-node. */
  readonly mentionsTsNode: boolean;
  /** What is emitted depends on types, so that one file by itself does not suffice. */
  readonly needsTypes: boolean;
}

/** Options ts-node insists on, whatever the tsconfig says (ts-node 7 to 10). */
const insistedOptions = {
  sourceMap: true,
  inlineSourceMap: false,
  inlineSources: true,
  declaration: false,
  noEmit: false,
  outDir: '$$ts-node$$',
};

/** Wrong `rootDir`, no inputs: errors about what is not done here (ts-node). */
const ignoredDiagnostics = new Set([6059, 18002, 18003]);

export function isReported(diagnostic: ts.Diagnostic): boolean {
  return !ignoredDiagnostics.has(diagnostic.code);
}

/** `compilerOptions` as the tsconfig itself writes them, or {} when it cannot be read (the SDK's `tsutils`). */
export function readWrittenOptions(
  cache: DiskCache,
  compiler: Compiler,
  configPath: string,
): Readonly<Record<string, unknown>> {
  const path = resolve(configPath);
  const key = hashOf('written options', compiler.path, compiler.version, path);
  return remember(cache, key, (files) => parseWrittenOptions(compiler.load(), path, files));
}

export function parseWrittenOptions(
  typescript: TypeScript,
  configPath: string,
  files: TracedFiles,
): Readonly<Record<string, unknown>> {
  const text = files.readFile(configPath);
  if (text === undefined) return {};
  const { config } = typescript.parseConfigFileTextToJson(configPath, text) as {
    config?: { compilerOptions?: Record<string, unknown> };
  };
  return config?.compilerOptions ?? {};
}

/**
 * The options ts-node 7 would compile with, given what the SDK hands to it. Throws a TSError for a tsconfig it would
 * refuse.
 */
export function readCompilerConfig(
  cache: DiskCache,
  compiler: Compiler,
  register: RegisterOptions,
  directory: string,
): CompilerConfig {
  const key = hashOf('compiler config', compiler.path, compiler.version, directory, JSON.stringify(register));
  return remember(cache, key, (files) => parseCompilerConfig(compiler.load(), register, directory, files));
}

/** As `readCompilerConfig`, from the files as they are. */
export function parseCompilerConfig(
  typescript: TypeScript,
  register: RegisterOptions,
  directory: string,
  files: TracedFiles,
): CompilerConfig {
  const configPath = register.skipProject ? undefined : resolve(directory, register.project);
  let mentionsTsNode = false;
  const readFile = (path: string) => {
    const text = files.readFile(path);
    if (text !== undefined && basename(path) !== 'package.json') mentionsTsNode ||= /"ts-node"\s*:/.test(text);
    return text;
  };
  const raw = configPath === undefined ? {} : readRaw(typescript, configPath, readFile, directory);
  const merged = {
    ...raw,
    compilerOptions: { ...raw.compilerOptions, ...register.compilerOptions, ...insistedOptions },
  };
  const parsed = typescript.parseJsonConfigFileContent(
    merged,
    {
      useCaseSensitiveFileNames: typescript.sys.useCaseSensitiveFileNames,
      readDirectory: () => [],
      fileExists: files.fileExists,
      readFile,
    },
    configPath === undefined ? directory : dirname(configPath),
    undefined,
    configPath,
  );
  const errors = parsed.errors.filter(isReported);
  if (errors.length > 0) throw typeScriptError(typescript, errors, directory);
  const options = asTsNodeFixes(typescript, parsed.options);
  return {
    options,
    digest: hashOf(JSON.stringify(options)),
    extensions: options.allowJs ? ['.ts', '.tsx', '.js', '.jsx'] : ['.ts', '.tsx'],
    isJsxPreserved: options.jsx === typescript.JsxEmit.Preserve,
    mentionsTsNode,
    needsTypes: options.emitDecoratorMetadata === true,
  };
}

interface RawConfig {
  readonly compilerOptions?: Record<string, unknown>;
}

function readRaw(
  typescript: TypeScript,
  path: string,
  readFile: (path: string) => string | undefined,
  directory: string,
): RawConfig {
  const { config, error } = typescript.readConfigFile(path, readFile) as { config?: RawConfig; error?: ts.Diagnostic };
  if (error !== undefined) throw typeScriptError(typescript, [error], directory);
  return config ?? {};
}

function asTsNodeFixes(typescript: TypeScript, given: ts.CompilerOptions): ts.CompilerOptions {
  const {
    out: _out,
    outFile: _outFile,
    composite: _composite,
    declarationDir: _declarationDir,
    declarationMap: _declarationMap,
    emitDeclarationOnly: _emitDeclarationOnly,
    ...options
  } = given;
  options.target ??= typescript.ScriptTarget.ES5;
  options.module ??= typescript.ModuleKind.CommonJS;
  return options;
}
