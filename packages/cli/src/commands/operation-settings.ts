import type { OperationOptions } from '@radiant/toolkit';
import { booleanOf, type Given } from '../args/given.ts';
import { isForMachines } from '../args/output-form.ts';
import { CliError, missingConfirmation } from '../cli-error.ts';
import type { CliContext } from '../context.ts';
import { pendingCreatesOf } from './pending-creates.ts';

/** How a command gets from its preview to the real thing. */
export interface Consent {
  readonly isPreviewed: boolean;
  readonly isAsked: boolean;
  /** Stop after the preview. */
  readonly isPreviewOnly: boolean;
}

/**
 * `--yes` previews and goes on, `--skip-preview` goes on at once, both not asking. The texts are those that scripts and
 * SDKs know (Pulumi: cmd/up, cmd/refresh, cmd/destroy).
 */
export function consentOf(given: Given, env: CliContext['env'], mayAsk: boolean, hasPreviewOnly: boolean): Consent {
  const yes = given.flag('yes') || booleanOf(env.PULUMI_SKIP_CONFIRMATIONS ?? '') === true;
  const [skip, only] = [given.flag('skip-preview'), given.flag('preview-only')];
  if (yes && only) throw new CliError('--yes and --preview-only cannot be used together');
  if (skip && only) throw new CliError('--skip-preview and --preview-only cannot be used together');
  if (only) return { isPreviewed: true, isAsked: false, isPreviewOnly: true };
  if (!yes && !skip && (!mayAsk || isForMachines(given))) {
    const flags = hasPreviewOnly ? '--yes or --skip-preview or --preview-only' : '--yes or --skip-preview';
    throw missingConfirmation(`${flags} must be passed in to proceed when running in non-interactive mode`);
  }
  // Machines get the events of one operation.
  return { isPreviewed: !skip && !isForMachines(given), isAsked: !yes && !skip, isPreviewOnly: false };
}

/** `root`: what paths are relative to. */
export function operationOptions(given: Given, env: CliContext['env'], root: string): OperationOptions {
  const parallel = given.integer('parallel');
  const message = given.value('message');
  const refresh = given.optionalBoolean('refresh');
  const typecheck = given.value('typecheck') as OperationOptions['typecheck'];
  const execKind = given.value('exec-kind');
  const client = given.value('client');
  const pendingCreates = pendingCreatesOf(given);
  return {
    ...(parallel !== undefined && { parallel }),
    ...(message !== undefined && { message }),
    ...(refresh !== undefined && { refresh }),
    ...(typecheck !== undefined && { typecheck }),
    ...(execKind !== undefined && { execKind }),
    ...(client !== undefined && { client }),
    ...(pendingCreates !== undefined && { pendingCreates }),
    ...selectionOf(given),
    ...behaviourOf(given, env),
    ...policiesOf(given, root),
    ...(given.flag('skip-config-validation') && { skipConfigValidation: true }),
    ...(attachesDebugger(given) && { attachesDebugger: true }),
    debug: given.flag('debug'),
  };
}

/** Plugins are started for an operation and end with it; who debugs one starts it himself. */
function attachesDebugger(given: Given): boolean {
  const whom = given.value('attach-debugger') ?? 'false';
  if (whom === 'program') return true;
  const isOn = booleanOf(whom);
  if (isOn !== undefined) return isOn;
  throw new CliError(
    `--attach-debugger=${whom} is not supported, only the program: start a plugin in your debugger, and name its port\n` +
      'by PULUMI_DEBUG_PROVIDERS=name:port',
  );
}

/** Each configuration belongs to the pack at its place (engine reference 5.3); both may be lists with commas. */
function policiesOf(given: Given, root: string): Pick<OperationOptions, 'policyPacks'> {
  const listed = (name: string) =>
    given.values(name).flatMap((value) => value.split(',').filter((item) => item !== ''));
  const [places, configs] = [listed('policy-pack'), listed('policy-pack-config')];
  if (configs.length > 0 && configs.length !== places.length)
    throw new CliError(
      `--policy-pack-config is given ${configs.length} times, and --policy-pack ${places.length} times: one for each, in the same order`,
    );
  if (places.length === 0) return {};
  return {
    policyPacks: places.map((place, index) => ({
      place,
      root,
      ...(configs[index] !== undefined && { configFile: configs[index] }),
    })),
  };
}

/** Which resources are touched, and which replaced. */
function selectionOf(given: Given): OperationOptions {
  const replaced = given.values('target-replace');
  const targets = [...given.values('target'), ...replaced];
  const excludes = given.values('exclude');
  const replaces = [...given.values('replace'), ...replaced];
  if (targets.length > 0 && excludes.length > 0) throw new CliError('--target and --exclude cannot be used together');
  return {
    ...(targets.length > 0 && { targets }),
    ...(excludes.length > 0 && { excludes }),
    ...(replaces.length > 0 && { replaces }),
    ...(given.flag('target-dependents') && { targetDependents: true }),
    ...(given.flag('exclude-dependents') && { excludeDependents: true }),
  };
}

function behaviourOf(given: Given, env: CliContext['env']): OperationOptions {
  const runProgram = given.optionalBoolean('run-program') ?? booleanOf(env.PULUMI_RUN_PROGRAM ?? '') ?? false;
  const continueOnError = given.flag('continue-on-error') || booleanOf(env.PULUMI_CONTINUE_ON_ERROR ?? '') === true;
  const excludeProtected = given.flag('exclude-protected');
  const isBounded = [given.values('target'), given.values('exclude')].some((urns) => urns.length > 0);
  if (excludeProtected && isBounded)
    throw new CliError('--exclude-protected cannot be used together with --target or --exclude');
  return {
    ...(runProgram && { runProgram }),
    ...(continueOnError && { continueOnError }),
    ...(given.flag('ignore-protect') && { ignoreProtect: true }),
    ...(excludeProtected && { excludeProtected }),
  };
}
