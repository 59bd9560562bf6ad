import type ts from 'typescript';
import type { TypeScript } from './compiler.ts';
import { isReported } from './compiler-config.ts';
import { typeScriptError } from './type-script-error.ts';

export interface Emitted {
  readonly code: string;
  readonly sourceMap: string;
  /** The other files this depends on, and those that were looked for and not there. */
  readonly dependencies: readonly string[];
}

export interface Emitter {
  /** The JavaScript of one file whose text is given. Throws a TSError for a syntax error. */
  emit(text: string, fileName: string): Emitted;
}

/**
 * Compiles files as a whole program of the user's own sources, without any installed package or library: quick, and
 * unlike file by file (`transpileModule`) the same output as ts-node's, which checks types. It depends on other
 * sources where a constant enum is used, or a type is exported again.
 */
export function createEmitter(typescript: TypeScript, options: ts.CompilerOptions, directory: string): Emitter {
  const sources = openSources(typescript, emitOptions(options));
  let program: ts.Program | undefined;
  return {
    emit(text, fileName) {
      sources.give(fileName, text);
      program = sources.programWith(fileName, program);
      const file = program.getSourceFile(fileName);
      if (file === undefined) throw new Error(`The compiler does not take ${fileName} for a source.`);
      const errors = program.getSyntacticDiagnostics(file).filter(isReported);
      if (errors.length > 0) throw typeScriptError(typescript, errors, directory);
      const outputs: Record<'code' | 'sourceMap', string | undefined> = { code: undefined, sourceMap: undefined };
      program.emit(file, (path, output) => {
        if (path.endsWith('.map')) outputs.sourceMap = output;
        else outputs.code = output;
      });
      const { code, sourceMap } = outputs;
      if (code === undefined || sourceMap === undefined) throw new Error(`The compiler emits nothing for ${fileName}.`);
      return { code, sourceMap, dependencies: sources.dependenciesOf(fileName) };
    },
  };
}

function emitOptions(given: ts.CompilerOptions): ts.CompilerOptions {
  const { lib: _lib, incremental: _incremental, tsBuildInfoFile: _tsBuildInfoFile, ...options } = given;
  // What is missing, and so every type that comes of it, is an error that nobody asks for.
  return { ...options, noLib: true, types: [], noEmitOnError: false };
}

interface Sources {
  /** The text of a file, whatever is on disk. */
  give(fileName: string, text: string): void;
  programWith(fileName: string, before: ts.Program | undefined): ts.Program;
  dependenciesOf(fileName: string): readonly string[];
}

function openSources(typescript: TypeScript, options: ts.CompilerOptions): Sources {
  const texts = new Map<string, string>();
  /** What each file imports: the paths that were looked at until one was there. */
  const lookedAt = new Map<string, Set<string>>();
  const host = typescript.createCompilerHost(options);
  const readFile = host.readFile.bind(host);
  host.readFile = (path) => texts.get(path) ?? readFile(path);
  const own = (name: string, containingFile: string): ts.ResolvedModuleFull | undefined => {
    const noted = lookedAt.get(containingFile) ?? new Set();
    lookedAt.set(containingFile, noted);
    const { resolvedModule } = typescript.resolveModuleName(name, containingFile, options, {
      ...host,
      fileExists(path) {
        if (!isInstalled(path)) noted.add(path);
        return host.fileExists(path);
      },
    });
    return resolvedModule === undefined || isInstalled(resolvedModule.resolvedFileName) ? undefined : resolvedModule;
  };
  host.resolveModuleNames = (names, containingFile) => names.map((name) => own(name, containingFile));
  const dependenciesOf = (fileName: string): readonly string[] => {
    const found = new Set<string>();
    const queue = [fileName];
    for (const from of queue) {
      for (const path of lookedAt.get(from) ?? []) {
        if (found.has(path)) continue;
        found.add(path);
        queue.push(path);
      }
    }
    found.delete(fileName);
    return [...found];
  };
  return {
    give: (fileName, text) => texts.set(fileName, text),
    programWith(fileName, before) {
      if (before !== undefined && before.getSourceFile(fileName)?.text === texts.get(fileName)) return before;
      return typescript.createProgram([fileName], options, host, before);
    },
    dependenciesOf,
  };
}

function isInstalled(path: string): boolean {
  return path.replaceAll('\\', '/').includes('/node_modules/');
}
