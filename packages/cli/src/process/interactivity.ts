import type { Given } from '../args/given.ts';
import type { CliContext } from '../context.ts';

const ciVariables = [
  'CI',
  'BUILDKITE',
  'CIRCLECI',
  'CODEBUILD_BUILD_ID',
  'GITHUB_ACTIONS',
  'GITLAB_CI',
  'JENKINS_URL',
  'TEAMCITY_VERSION',
  'TF_BUILD',
  'TRAVIS',
];

/** Whether a person can be asked: both ends are terminals, and this is no build machine. */
export function isInteractive(context: Pick<CliContext, 'env' | 'input' | 'out'>, isForbidden: boolean): boolean {
  return !isForbidden && context.input.isTerminal && context.out.isTerminal && !isBuildMachine(context.env);
}

/** Whether lines stay as they were printed, because of the terminal or of who reads it (`--display=plain`). */
export function isPlain(env: CliContext['env'], given: Given): boolean {
  return env.TERM === 'dumb' || given.value('display') === 'plain';
}

export function isBuildMachine(env: CliContext['env']): boolean {
  if (isSet(env.PULUMI_DISABLE_CI_DETECTION)) return false;
  return ciVariables.some((name) => isSet(env[name]));
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '' && value !== 'false' && value !== '0';
}
