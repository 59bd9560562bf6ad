import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, relative } from 'node:path';
import type ts from 'typescript';
import type { Entry } from '../entry.ts';
import { type Compiler, findCompilers, type TypeScript } from '../preload/compiler.ts';
import {
  isReported,
  parseCompilerConfig,
  parseWrittenOptions,
  type RegisterOptions,
} from '../preload/compiler-config.ts';
import { findTsNode } from '../preload/ts-node.ts';
import { formatWithFrames, TypeScriptError } from '../preload/type-script-error.ts';
import { type DependencyTracker, trackDependencies } from './dependencies.ts';
import type { Dependencies } from './kept-verdict.ts';
import type { TypeScriptVerdict } from './verdict.ts';

export interface CheckRequest {
  readonly sdkDir: string;
  readonly programDir: string;
  /** The file that runs first. */
  readonly entry: Entry;
  /** Relative to the program's directory. */
  readonly configPath: string;
  readonly fallbackCompilerPath: string | undefined;
}

export interface Checked {
  readonly verdict: TypeScriptVerdict;
  readonly dependencies: Dependencies;
}

/**
 * Checks what ts-node would check: the sources that the entry reaches outside `node_modules`, with the options it would
 * have. Must run in the program's directory.
 */
export function checkProgram(request: CheckRequest): Checked {
  const tracker = trackDependencies(request.programDir);
  const verdict = verdictOf(request, tracker);
  return { verdict, dependencies: tracker.dependencies() };
}

function verdictOf(request: CheckRequest, tracker: DependencyTracker): TypeScriptVerdict {
  // Without ts-node/esm, Node itself loads ES modules, and checks nothing.
  if (request.entry.isModule && !hasTsNodeForModules(request.sdkDir)) return { kind: 'skipped', reason: 'own-loader' };
  // The compiler inside the SDK is too old for the declarations of today, so without one of its own the program is
  // checked with ours.
  const compiler = findCompilers(request.sdkDir, findTsNode(request.sdkDir), request.fallbackCompilerPath).at(-1);
  if (compiler === undefined)
    return { kind: 'failed', message: "The program's types could not be checked: no TypeScript compiler was found." };
  tracker.note(compiler.path);
  tracker.note(join(request.sdkDir, 'package.json'));
  const typescript = compiler.load();
  const configPath = join(request.programDir, request.configPath);
  const written = parseWrittenOptions(typescript, configPath, tracker);
  const isTranspileOnly = process.env.PULUMI_NODEJS_TRANSPILE_ONLY
    ? process.env.PULUMI_NODEJS_TRANSPILE_ONLY === 'true'
    : written.noCheck === true;
  if (isTranspileOnly) return { kind: 'skipped', reason: 'transpile-only' };
  const register: RegisterOptions = {
    compiler: compiler.path,
    project: request.configPath,
    skipProject: !tracker.fileExists(configPath),
    compilerOptions: { ...sdkDefaults(request, compiler), ...written },
  };
  try {
    const config = parseCompilerConfig(typescript, register, request.programDir, tracker);
    if (config.needsTypes) return { kind: 'skipped', reason: 'own-loader' };
    return check(typescript, config.options, request, tracker);
  } catch (error) {
    if (!(error instanceof TypeScriptError)) throw error;
    const diagnostics = error.diagnosticCodes.map((code) => ({ code, message: error.diagnosticText.trim() }));
    return { kind: 'errors', diagnostics, rendered: error.diagnosticText };
  }
}

function hasTsNodeForModules(sdkDir: string): boolean {
  try {
    createRequire(join(sdkDir, 'cmd', 'run', 'run.js')).resolve('ts-node/esm');
    return true;
  } catch {
    return false;
  }
}

/** What the SDK's runner adds to the tsconfig, which has changed over its versions. */
function sdkDefaults({ sdkDir, entry }: CheckRequest, compiler: Compiler): Readonly<Record<string, unknown>> {
  const runner = readFileSync(join(sdkDir, 'cmd', 'run', 'run.js'), 'utf8');
  const targets = [...runner.matchAll(/target: "(\w+)"/g)].map(([, target]) => target);
  const target = targets.at(entry.isModule ? 0 : -1) ?? 'ES2020';
  const [major = 0, minor = 0] = compiler.version.split('.').map(Number);
  const isNodeNext = runner.includes('"nodenext"') && (major > 4 || (major === 4 && minor >= 7));
  return {
    target,
    module: isNodeNext ? 'nodenext' : 'commonjs',
    moduleResolution: isNodeNext ? 'nodenext' : 'node',
    sourceMap: true,
  };
}

function check(
  typescript: TypeScript,
  options: ts.CompilerOptions,
  { entry, programDir }: CheckRequest,
  tracker: DependencyTracker,
): TypeScriptVerdict {
  const host = typescript.createCompilerHost(options);
  host.readFile = tracker.readFile;
  host.fileExists = tracker.fileExists;
  host.directoryExists = tracker.directoryExists;
  const program = typescript.createProgram({ rootNames: [entry.file], options, host });
  const own = program
    .getSourceFiles()
    .filter((file) => !file.isDeclarationFile && !program.isSourceFileFromExternalLibrary(file))
    .filter((file) => !file.fileName.includes('/node_modules/'));
  const found = [
    ...program.getOptionsDiagnostics(),
    ...own.flatMap((file) => [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)]),
  ].filter((diagnostic) => diagnostic.category === typescript.DiagnosticCategory.Error && isReported(diagnostic));
  if (found.length === 0) return { kind: 'clean' };
  return {
    kind: 'errors',
    diagnostics: found.map((diagnostic) => asPlain(typescript, diagnostic, programDir)),
    rendered: formatWithFrames(typescript, found, programDir),
  };
}

function asPlain(typescript: TypeScript, { file, start, code, messageText }: ts.Diagnostic, programDir: string) {
  const message = typescript.flattenDiagnosticMessageText(messageText, '\n');
  if (file === undefined || start === undefined) return { code, message };
  const { line, character } = file.getLineAndCharacterOfPosition(start);
  return { file: relative(programDir, file.fileName), line: line + 1, column: character + 1, code, message };
}
