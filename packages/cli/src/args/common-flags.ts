import { type Flag, flag, ignored, optionalValueFlag, refused, valueFlag } from './flag.ts';

export const globalFlags: readonly Flag[] = [
  valueFlag('cwd, C', 'dir', 'work as if started in this folder'),
  valueFlag('color', 'when', 'when to colour the output', {
    choices: ['always', 'never', 'raw', 'auto'],
  }),
  optionalValueFlag('emoji, e', 'bool', 'use emoji on a terminal'),
  flag('non-interactive', 'never ask, never draw over what was printed'),
  valueFlag('verbose, v', 'level', 'log more, from 1 to 11'),
  ...ignored('logflow', 'logtostderr', 'fully-qualify-stack-names, Q', 'memprofilerate='),
  ...refused('Node.js takes profiles itself: run `node --cpu-prof "$(command -v radiant)" up`', 'profiling='),
  ...refused('there are no traces; `PULUMI_DEBUG_GRPC=<file>` writes down every call', 'tracing=', 'otel-traces='),
  ...refused(
    'a state that breaks its rules is never worked on; mend it with `radiant state repair`',
    'disable-integrity-checking',
  ),
];

export const stackFlag = valueFlag('stack, s', 'stack', 'the stack to work on; the selected one by default');

export const yesFlag = flag('yes, y', 'go on without asking');

export const waitFlag = optionalValueFlag(
  'wait',
  'duration',
  'when somebody else holds the stack, wait until it is free, at most so long: --wait=10m',
);

export const secretsProviderFlag = valueFlag(
  'secrets-provider',
  'provider',
  'what encrypts the secrets of a new stack: default, passphrase, or a key: awskms://alias/name?region=…',
);

export const jsonFlag = flag('json, j', 'print JSON');

export const showSecretsFlag = flag('show-secrets', 'show secret values in the clear');

export const refreshFlag = optionalValueFlag('refresh, r', 'bool', 'first read what is really there');

export const continueOnErrorFlag = flag('continue-on-error', 'after a failure go on with what does not depend on it');

export const skipPreviewFlag = flag('skip-preview, f', 'do not preview first');

export const previewOnlyFlag = flag('preview-only', 'only show what would be done');

export const ignoreProtectFlag = flag('ignore-protect', 'replace and delete protected resources, too');

/** What a person knows of creations that were interrupted and that no provider can tell about. */
export const pendingCreatesFlags: readonly Flag[] = [
  valueFlag('import-pending-creates', 'urn,id', 'an interrupted creation that did happen, with the id it got', {
    isRepeatable: true,
  }),
  flag('clear-pending-creates', 'the other interrupted creations did not happen'),
  flag('skip-pending-creates', 'do not ask about interrupted creations'),
];

/** What preview, up, refresh and destroy share. */
export const operationFlags: readonly Flag[] = [
  stackFlag,
  optionalValueFlag('attach-debugger', 'whom', 'let the program wait for a debugger, and say where: program'),
  flag('debug, d', 'show debug messages of the program and the engine'),
  flag('diff', 'show what changes property by property'),
  jsonFlag,
  valueFlag('message, m', 'text', 'a message to keep in the history'),
  valueFlag('parallel, p', 'n', 'how many resources to work on at once; 0 or less for no limit'),
  flag('expect-no-changes', 'fail when anything would change, with exit code 7'),
  flag('show-sames', 'show resources that do not change, too'),
  flag('show-policy-remediations', 'show what policies have changed, property by property'),
  flag('show-reads', 'show resources that are only read, too'),
  flag('urns', 'call resources by their URNs, not by their names'),
  flag('show-full-output', 'do not fold long values'),
  showSecretsFlag,
  flag('show-config', 'show the configuration first, secrets masked'),
  flag('suppress-outputs', 'do not show the outputs of the stack'),
  flag('suppress-progress', 'do not show progress, only the results'),
  valueFlag(
    'display',
    'form',
    'how progress is shown on a terminal: tree; plain has a line for each thing, for screen readers',
    {
      choices: ['tree', 'plain'],
    },
  ),
  valueFlag('target, t', 'urn', 'touch only this resource; * stands for all but colons, ** for anything', {
    isRepeatable: true,
  }),
  flag('target-dependents', 'and what depends on the targets'),
  valueFlag('exclude, x', 'urn', 'touch everything but this resource; * and ** as in --target', { isRepeatable: true }),
  flag('exclude-dependents', 'nor what depends on the excluded'),
  optionalValueFlag('run-program', 'bool', 'run the program to refresh or destroy, for its providers and hooks'),
  valueFlag(
    'event-log',
    'file',
    'write the engine events to this file, or to a listener at tcp://host:port, as JSON lines',
  ),
  valueFlag('output', 'form', 'json: one line about the result, and nothing else', {
    choices: ['default', 'json'],
    isHidden: true,
  }),
  valueFlag('exec-kind', 'kind', 'who runs this command', { isHidden: true }),
  valueFlag('exec-agent', 'agent', 'who runs this command', { isHidden: true }),
  valueFlag('client', 'address', 'where the program lives already, as HOST:PORT', { isHidden: true }),
  valueFlag('config-file', 'path', 'use this file instead of Pulumi.<stack>.yaml'),
  flag('skip-config-validation', 'do not check the configuration against what Pulumi.yaml declares'),
  ...ignored('suppress-permalink[=]', 'show-replacement-steps', 'skip-plugin-pre-install', 'neo[=]'),
  ...refused('deployments are a service of Pulumi Cloud; the operation runs where you are', 'remote'),
];

const selecting: ReadonlySet<string> = new Set([
  ...[
    'target',
    'target-dependents',
    'exclude',
    'exclude-dependents',
    'run-program',
    'expect-no-changes',
    'client',
    'attach-debugger',
  ],
]);

/** What import shares with them: it selects by what it imports, and runs no program. */
export const importFlags: readonly Flag[] = operationFlags.filter(({ name }) => !selecting.has(name));

/** What preview and up share beyond that. */
export const programFlags: readonly Flag[] = [
  refreshFlag,
  valueFlag('policy-pack', 'dir', 'a policy pack to keep to: a folder with a PulumiPolicy.yaml', {
    isRepeatable: true,
  }),
  valueFlag(
    'policy-pack-config',
    'file',
    'a file of JSON that configures the pack at the same place among --policy-pack',
    {
      isRepeatable: true,
    },
  ),
  valueFlag('typecheck', 'mode', 'what wrong types in the program mean', {
    choices: ['off', 'warn', 'error'],
  }),
  valueFlag('config, c', 'key=value', 'set this configuration first, and keep it', { isRepeatable: true }),
  flag('config-path', 'keys of --config are paths to a nested value'),
  valueFlag('replace', 'urn', 'replace this resource, whether it changes or not; * and ** as in --target', {
    isRepeatable: true,
  }),
  valueFlag('target-replace', 'urn', 'short for --target and --replace of this resource', { isRepeatable: true }),
  ignoreProtectFlag,
  secretsProviderFlag,
];

const watching: ReadonlySet<string> = new Set([
  ...['stack', 'debug', 'message', 'parallel', 'show-sames', 'show-reads', 'show-config', 'urns', 'exec-kind'],
  ...['config-file', 'skip-config-validation', 'show-replacement-steps', 'skip-plugin-pre-install'],
  ...['refresh', 'policy-pack', 'policy-pack-config', 'typecheck', 'config', 'config-path', 'secrets-provider'],
]);

/** What watch shares with up: it never asks and never selects. */
export const watchFlags: readonly Flag[] = [...operationFlags, ...programFlags].filter(({ name }) =>
  watching.has(name),
);
