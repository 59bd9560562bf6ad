import type { ProgramConfig, RunnerArguments } from '../program/program.ts';

/** The arguments of `@pulumi/pulumi/cmd/run`. */
export function runnerArguments(run: RunnerArguments): readonly string[] {
  return [
    ...['--monitor', run.monitorAddress],
    ...['--engine', run.engineAddress],
    ...['--sync', ''],
    ...['--organization', run.organization],
    ...['--project', run.project],
    ...['--root-directory', run.projectDir],
    ...['--stack', run.stack],
    ...['--pwd', run.programDir],
    ...(run.dryRun ? ['--dry-run'] : []),
    ...['--parallel', String(run.parallel)],
    run.entryPoint,
    ...run.args,
  ];
}

/** The environment variables the SDK expects on top of the user's (step 6). */
export function programEnvironment(
  { config, configSecretKeys }: ProgramConfig,
  { typescript, tsconfig }: { readonly typescript: boolean; readonly tsconfig: string | undefined },
): Readonly<Record<string, string>> {
  const values = Object.fromEntries(Object.entries(config).map(([key, value]) => [sdkConfigKey(key), value]));
  return {
    PULUMI_CONFIG: JSON.stringify(values),
    PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(configSecretKeys.map(sdkConfigKey)),
    ...(typescript ? { PULUMI_NODEJS_TYPESCRIPT: 'true' } : {}),
    ...(tsconfig === undefined ? {} : { PULUMI_NODEJS_TSCONFIG_PATH: tsconfig }),
  };
}

/** The SDK still knows keys by their old form, `namespace:config:name`. */
function sdkConfigKey(key: string): string {
  const [namespace, ...name] = key.split(':');
  if (name.length === 0) return key;
  return name[0] === 'config' && name.length > 1 ? key : `${namespace}:config:${name.join(':')}`;
}
