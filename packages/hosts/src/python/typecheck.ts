import { OperationError } from '@radiant/model';
import { guardian } from '../guardian.ts';
import { onLines } from '../lines.ts';
import type { TypecheckVerdict } from '../program/verdict.ts';
import { spawnChild } from '../spawn-child.ts';
import type { Typechecker } from './options.ts';
import type { Python } from './python.ts';

export interface PythonTypecheck {
  readonly checker: Typechecker;
  readonly python: Python;
  readonly programDir: string;
  /** The command that installs a package, without its name. */
  readonly installWith: string;
}

export interface RunningTypecheck {
  /** Never rejects. */
  readonly verdict: Promise<TypecheckVerdict>;
  stop(): void;
}

export const noTypecheck: RunningTypecheck = { verdict: Promise.resolve({ kind: 'skipped' }), stop() {} };

/** Both say by this code that they have found errors, and by others that they could not look. */
const errorsFound = 1;

/** Has the checker of the project look at the program's folder, beside the program. */
export function startTypecheck(check: PythonTypecheck): RunningTypecheck {
  const { checker, python, programDir: cwd } = check;
  const child = spawnChild(python.command, ['-m', checker, '.'], { title: checker, cwd, env: python.env });
  const { pid } = child;
  if (pid !== undefined) guardian().watch(pid);
  const said = { stdout: [] as string[], stderr: [] as string[] };
  onLines(child.stdout, (line) => said.stdout.push(line));
  onLines(child.stderr, (line) => said.stderr.push(line));
  const verdict = new Promise<TypecheckVerdict>((resolve) => {
    child.once('error', (error) => resolve(failed(checker, error.message)));
    child.once('exit', () => pid !== undefined && guardian().release(pid));
    child.once('close', (code) => resolve(verdictOf(check, code, said)));
  });
  return { verdict, stop: () => void child.kill('SIGKILL') };
}

function verdictOf(
  { checker, python, installWith }: PythonTypecheck,
  code: number | null,
  said: { readonly stdout: readonly string[]; readonly stderr: readonly string[] },
): TypecheckVerdict {
  if (code === 0) return { kind: 'clean' };
  const errors = said.stderr.join('\n').trim();
  if (errors.endsWith(`No module named ${checker}`)) return { kind: 'unavailable', error: notInstalled() };
  const rendered = said.stdout.join('\n').trim();
  return code === errorsFound && rendered !== ''
    ? { kind: 'errors', rendered }
    : failed(checker, errors || rendered || `it ended with code ${code}`);

  function notInstalled(): OperationError {
    return new OperationError({
      code: 'TYPECHECKER_NOT_INSTALLED',
      summary: `Pulumi.yaml asks for the type checker ${checker}, which is not installed for ${python.command}`,
      remedy: `Add it to what the project needs, and install it:\n    ${installWith} ${checker}`,
    });
  }
}

function failed(checker: string, why: string): TypecheckVerdict {
  return { kind: 'failed', message: `The program's types could not be checked by ${checker}: ${why}` };
}
