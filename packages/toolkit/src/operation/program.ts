import { type ProgramResult, runProgram, runsPrograms, type TypecheckVerdict } from '@radiant/hosts';
import {
  exitCodes,
  OperationError,
  type ProgramOutcome,
  type ProgramRunner,
  type ResourceMonitor,
} from '@radiant/model';
import type { Home } from '../api.ts';
import type { Environment } from '../home.ts';
import { whenSlow } from '../when-slow.ts';
import { clientProgram, type LanguageSettings, languageProgram } from './language-program.ts';
import { locateProgram } from './locate-program.ts';

export interface ProgramSettings extends LanguageSettings {
  readonly home: Home;
  readonly typecheck: 'off' | 'warn' | 'error';
  /** Whether anybody will see what programs say for debugging. */
  readonly isDebugged: boolean;
  /** `HOST:PORT` of the process in which the program lives (Automation API). */
  readonly client?: string | undefined;
}

/**
 * Runs the user's program: in the process that it lives in already, as a child of ours, or by the plugin of its language.
 * It speaks to the monitor over the wire.
 */
export function programRunner(settings: ProgramSettings): ProgramRunner {
  const { client, project } = settings;
  if (client !== undefined) return clientProgram(settings, client);
  return runsPrograms(project.runtime) ? childProgram(settings) : languageProgram(settings);
}

function childProgram(settings: ProgramSettings): ProgramRunner {
  let awaitVerdict: (() => Promise<TypecheckVerdict>) | undefined;
  return {
    async run(monitor, signal) {
      const { project, home, env, typecheck, server } = settings;
      const { programDir, entryPoint } = locateProgram(project);
      const address = await server.address(monitor);
      const { info } = monitor;
      const program = runProgram({
        runtime: project.runtime,
        runtimeOptions: project.runtimeOptions,
        env: { ...env },
        cacheDir: home.cacheDir,
        ...(settings.attachesDebugger && { onDebuggee: (debuggee) => monitor.startDebugging(debuggee) }),
        onOutput: (stream, line) => monitor.log({ severity: stream === 'stdout' ? 'info' : 'info#err', message: line }),
        monitorAddress: address,
        engineAddress: address,
        organization: info.organization,
        project: info.project,
        projectDir: project.dir,
        stack: info.stack,
        programDir,
        dryRun: info.isDryRun,
        parallel: info.parallel,
        entryPoint,
        args: [],
        config: info.config,
        configSecretKeys: info.configSecretKeys,
        typecheck,
        wire: wireOf(env),
        isDebugged: settings.isDebugged,
      });
      awaitVerdict = () => verdictOf(program.verdict, monitor);
      const stop = () => program.kill();
      signal.addEventListener('abort', stop, { once: true });
      if (signal.aborted) stop();
      try {
        const outcome = outcomeOf(await program.done);
        return outcome.kind === 'cancelled' ? outcome : await judged(outcome, await awaitVerdict(), typecheck, monitor);
      } finally {
        signal.removeEventListener('abort', stop);
      }
    },

    async mayChange() {
      const found = await awaitVerdict?.();
      const stop = found === undefined || settings.typecheck !== 'error' ? undefined : reasonToStop(found);
      if (stop !== undefined) throw stop;
    },
  };
}

/** Waits for it; a check that holds everything up is the reason why nothing is to be seen. */
function verdictOf(verdict: Promise<TypecheckVerdict>, monitor: ResourceMonitor): Promise<TypecheckVerdict> {
  const say = (message: string) => monitor.log({ severity: 'info', message, isEphemeral: true });
  return whenSlow(
    verdict,
    () => say('Checking the types of the program'),
    () => say(''),
  );
}

/** RADIANT_WIRE chooses; a program's SDK speaks gRPC where it must. */
function wireOf(env: Environment): 'quick' | 'grpc' {
  const wire = env.RADIANT_WIRE || 'quick';
  if (wire === 'quick' || wire === 'grpc') return wire;
  throw new OperationError({
    code: 'WIRE_UNKNOWN',
    summary: `RADIANT_WIRE is "${wire}"; it can be "quick" or "grpc"`,
    exitCode: exitCodes.configuration,
  });
}

/**
 * A program that ran to its end may still not type check; a preview says so last, having shown its plan. One that failed
 * is told its type errors too: they are the likely reason.
 */
async function judged(
  outcome: ProgramOutcome,
  verdict: TypecheckVerdict,
  typecheck: ProgramSettings['typecheck'],
  monitor: ResourceMonitor,
): Promise<ProgramOutcome> {
  if (verdict.kind === 'failed') monitor.log({ severity: 'warning', message: verdict.message });
  const stop = reasonToStop(verdict);
  if (stop === undefined) return outcome;
  if (outcome.kind === 'finished' && typecheck === 'error') return { kind: 'failed', message: stop.message };
  const message = verdict.kind === 'errors' ? verdict.rendered : stop.message;
  monitor.log({ severity: outcome.kind === 'finished' ? 'warning' : 'error', message });
  return outcome;
}

function reasonToStop(verdict: TypecheckVerdict): OperationError | undefined {
  switch (verdict.kind) {
    case 'errors':
      return typeErrors(verdict);
    case 'unavailable':
      return verdict.error;
    default:
      return undefined;
  }
}

function typeErrors(verdict: Extract<TypecheckVerdict, { kind: 'errors' }>): OperationError {
  return new OperationError({
    code: 'PROGRAM_TYPE_ERRORS',
    summary: 'the program does not type check; nothing was changed',
    detail: verdict.rendered,
    remedy: 'Mend the types, or run it as it is:\n    radiant up --typecheck=warn',
  });
}

function outcomeOf(result: ProgramResult): ProgramOutcome {
  switch (result.kind) {
    case 'finished':
      return { kind: 'finished' };
    case 'failed-reported':
      return { kind: 'failed-reported' };
    case 'killed':
      return { kind: 'cancelled' };
    case 'failed':
      return { kind: 'failed', message: result.message };
  }
}
