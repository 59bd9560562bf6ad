import type { ProgramConfig, RunnerArguments } from '../program/program.ts';
import { execFile } from './exec-file.ts';

export interface ExecArguments extends RunnerArguments {
  /** Whether anybody will see what the SDK says for debugging. */
  readonly isDebugged: boolean;
  /** Whether the program waits for a debugger. */
  readonly attachesDebugger: boolean;
  /** The command that installs a package, without its name. */
  readonly installWith: string;
}

/** The arguments of Python that run a program (engine reference 1.7); its output comes as it is written. */
export function execArguments(run: ExecArguments): readonly string[] {
  return [
    '-u',
    // Frozen modules have no lines at which a debugger could stop.
    ...(run.attachesDebugger ? ['-Xfrozen_modules=off'] : []),
    execFile,
    ...['--monitor', run.monitorAddress],
    ...['--engine', run.engineAddress],
    ...['--organization', run.organization],
    ...['--project', run.project],
    ...['--root_directory', run.projectDir],
    ...['--stack', run.stack],
    ...['--pwd', run.programDir],
    ...['--dry_run', String(run.dryRun)],
    ...['--parallel', String(run.parallel)],
    ...['--is_debugged', String(run.isDebugged)],
    ...['--attach_debugger', String(run.attachesDebugger)],
    ...['--install_with', run.installWith],
    run.entryPoint,
    ...run.args,
  ];
}

/** The variables that the SDK reads the configuration from; its keys are `namespace:name`, as they are. */
export function configVariables({ config, configSecretKeys }: ProgramConfig): Readonly<Record<string, string>> {
  return {
    PULUMI_CONFIG: JSON.stringify(config),
    PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(configSecretKeys),
  };
}
