import { inspect } from 'node:util';
import type ts from 'typescript';
import type { TypeScript } from './compiler.ts';

/** What ts-node throws for a source it cannot compile; the SDK knows it by its name and shows the message alone. */
export class TypeScriptError extends Error {
  override readonly name = 'TSError';
  readonly diagnosticText: string;
  readonly diagnosticCodes: readonly number[];

  constructor(diagnosticText: string, diagnosticCodes: readonly number[]) {
    super(`⨯ Unable to compile TypeScript:\n${diagnosticText}`);
    this.diagnosticText = diagnosticText;
    this.diagnosticCodes = diagnosticCodes;
  }

  [inspect.custom](): string {
    return this.diagnosticText;
  }
}

/** Errors in ts-node's form, `index.ts(3,5): error TS1005: ';' expected.`, each with the line and a caret under it. */
export function typeScriptError(
  compiler: TypeScript,
  diagnostics: readonly ts.Diagnostic[],
  directory: string,
): TypeScriptError {
  return new TypeScriptError(
    formatWithFrames(compiler, diagnostics, directory),
    diagnostics.map((diagnostic) => diagnostic.code),
  );
}

export function formatWithFrames(
  compiler: TypeScript,
  diagnostics: readonly ts.Diagnostic[],
  directory: string,
): string {
  const host: ts.FormatDiagnosticsHost = {
    getNewLine: () => '\n',
    getCurrentDirectory: () => directory,
    getCanonicalFileName: (path) => path,
  };
  return diagnostics
    .map((diagnostic) => compiler.formatDiagnostics([diagnostic], host) + codeFrame(diagnostic))
    .join('');
}

function codeFrame({ file, start }: ts.Diagnostic): string {
  if (file === undefined || start === undefined) return '';
  const { line, character } = file.getLineAndCharacterOfPosition(start);
  const source = file.text.split(/\r\n|\r|\n/)[line] ?? '';
  const number = String(line + 1);
  const indent = source.slice(0, character).replaceAll(/[^\t]/g, ' ');
  return `\n${number} ${source}\n${' '.repeat(number.length)} ${indent}^\n`;
}
