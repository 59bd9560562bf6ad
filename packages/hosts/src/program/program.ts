import type { WaitingDebuggee } from '@radiant/model';
import type { ProgramResult } from './outcome.ts';
import type { TypecheckVerdict } from './verdict.ts';

export type OutputStream = 'stdout' | 'stderr';

/** `error`: nothing is changed before the types are known to be right. */
export type TypecheckMode = 'off' | 'warn' | 'error';

/** What the SDK's runner is told about one run (engine reference 1.3 and 1.7). */
export interface RunnerArguments {
  readonly monitorAddress: string;
  readonly engineAddress: string;
  readonly organization: string;
  readonly project: string;
  readonly projectDir: string;
  readonly stack: string;
  readonly programDir: string;
  readonly dryRun: boolean;
  readonly parallel: number;
  /** `.`, or the file or directory that `main` in Pulumi.yaml names. */
  readonly entryPoint: string;
  readonly args: readonly string[];
}

export interface ProgramConfig {
  /** Every value of the stack in the clear, by `namespace:name`. */
  readonly config: Readonly<Record<string, string>>;
  readonly configSecretKeys: readonly string[];
}

export interface ProgramOptions extends RunnerArguments, ProgramConfig {
  /** `runtime` of Pulumi.yaml: its name and options. */
  readonly runtime: string;
  readonly runtimeOptions: Readonly<Record<string, unknown>>;
  /** What the program inherits; `process.env` as a rule. */
  readonly env: NodeJS.ProcessEnv;
  /** Whether types are checked beside the program; what a verdict means is for the caller to decide. */
  readonly typecheck: TypecheckMode;
  /** Where results of earlier runs are kept (transpiled sources, compiled code, verdicts); made on use. */
  readonly cacheDir: string;
  /** How the program's SDK speaks to the monitor; `quick` where that SDK allows it. */
  readonly wire: 'quick' | 'grpc';
  /** Whether anybody will see what the SDK says for debugging. */
  readonly isDebugged: boolean;
  /** When given, the program waits for a debugger, and this hears where. */
  readonly onDebuggee?: ((debuggee: WaitingDebuggee) => void) | undefined;
  /** Each line the program writes, as it comes. */
  readonly onOutput: (stream: OutputStream, line: string) => void;
}

export interface RunningProgram {
  readonly pid: number;
  /** Never rejects. Resolves when the process has ended and its output has been delivered. */
  readonly done: Promise<ProgramResult>;
  /** Never rejects. What the type check found; it may take longer than the program, which does not wait for it. */
  readonly verdict: Promise<TypecheckVerdict>;
  /** Ends the program and what it started: asks first, insists after `killGraceMs`. */
  kill(): void;
}
