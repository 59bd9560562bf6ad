import {
  continueOnErrorFlag,
  ignoreProtectFlag,
  importFlags,
  operationFlags,
  pendingCreatesFlags,
  previewOnlyFlag,
  programFlags,
  refreshFlag,
  skipPreviewFlag,
  stackFlag,
  waitFlag,
  watchFlags,
  yesFlag,
} from '../args/common-flags.ts';
import { type Flag, flag, ignored, optionalValueFlag, refused, valueFlag } from '../args/flag.ts';
import { accountCommands } from './catalogue-account.ts';
import { clusterCommand } from './catalogue-cluster.ts';
import { completionCommands } from './catalogue-completion.ts';
import { configCommand } from './catalogue-config.ts';
import { graphCommand } from './catalogue-graph.ts';
import { logsCommand } from './catalogue-logs.ts';
import { newCommand } from './catalogue-new.ts';
import { policyCommand } from './catalogue-policy.ts';
import { refusedCommands } from './catalogue-refused.ts';
import { historyCommand, stackCommand } from './catalogue-stack.ts';
import { stateCommand } from './catalogue-state.ts';
import type { CommandSpec } from './command.ts';

const operations = () => import('./operations.ts');

const upCommand: CommandSpec = {
  name: 'up',
  aliases: ['update'],
  summary: 'Create and change what the program declares',
  description:
    'Shows what would change, asks, and does it. On a terminal the changes are shown as a tree while they happen.',
  argumentRefusal:
    'what is deployed is the project in this folder, which can then change and destroy it; make one of a template first with `radiant new`',
  flags: [
    ...operationFlags,
    ...programFlags,
    yesFlag,
    waitFlag,
    skipPreviewFlag,
    continueOnErrorFlag,
    ...pendingCreatesFlags,
    valueFlag('plan', 'file', 'do only what this plan of a preview foresees, and refuse everything else'),
    flag('strict', 'do only what the preview of this command has foreseen'),
  ],
  examples: [
    ['radiant up', 'preview, ask, deploy'],
    ['radiant up --yes --stack dev', 'the same without asking, for a stack by name'],
    ['radiant up --yes --plan plan.json', 'only what an earlier preview foresaw'],
    ['radiant up --yes --wait=10m', 'after whoever else has the stack, when that takes no longer'],
    ['radiant up --yes --skip-preview --json', 'engine events as JSON lines, for machines'],
  ],
  load: async () => (await operations()).up,
};

const previewCommand: CommandSpec = {
  name: 'preview',
  aliases: ['pre'],
  summary: 'Show what up would change',
  flags: [
    ...operationFlags,
    ...programFlags,
    valueFlag('save-plan', 'file', 'write what is foreseen to this file, to bind an update by (up --plan)'),
    valueFlag('import-file', 'file', 'write what would be created to this file, to import it (import --file)'),
  ],
  examples: [
    ['radiant preview --diff', 'property by property'],
    ['radiant preview --json', 'for machines'],
    ['radiant preview --save-plan plan.json', 'and keep it, to be bound by'],
    ['radiant preview --import-file resources.json', 'for what exists already and is to be adopted'],
    ['radiant preview --expect-no-changes', 'fail when something would change'],
  ],
  load: async () => (await operations()).preview,
};

/** The established CLI takes no packs here either. `instead`: what judges by them. */
function noPolicies(instead: string): readonly Flag[] {
  return refused(
    `policies judge what a program declares, and here nothing is declared; use \`${instead}\``,
    'policy-pack=',
    'policy-pack-config=',
  );
}

const refreshCommand: CommandSpec = {
  name: 'refresh',
  summary: 'Read what is really there, and record it',
  flags: [
    ...operationFlags,
    yesFlag,
    waitFlag,
    skipPreviewFlag,
    previewOnlyFlag,
    ...pendingCreatesFlags,
    ...noPolicies('radiant preview --refresh --policy-pack'),
  ],
  examples: [['radiant refresh --yes', 'without asking']],
  load: async () => (await operations()).refresh,
};

const destroyCommand: CommandSpec = {
  name: 'destroy',
  aliases: ['down', 'dn'],
  summary: 'Delete everything in the stack',
  flags: [
    ...operationFlags,
    yesFlag,
    waitFlag,
    skipPreviewFlag,
    previewOnlyFlag,
    flag('remove', 'remove the stack and its configuration afterwards'),
    refreshFlag,
    continueOnErrorFlag,
    ignoreProtectFlag,
    ...pendingCreatesFlags,
    flag('exclude-protected', 'leave what is protected, and all that depends on it staying'),
    ...noPolicies('radiant preview --policy-pack'),
  ],
  examples: [
    ['radiant destroy --yes', 'without asking'],
    ['radiant destroy --yes --remove', 'and forget the stack'],
  ],
  load: async () => (await operations()).destroy,
};

const watchCommand: CommandSpec = {
  name: 'watch',
  summary: 'Update the stack whenever a file of the project changes',
  description:
    'Each change leads to an update without preview and without a question, one after the other, until Ctrl-C. ' +
    'Installed packages, version control and what tools keep for themselves are not watched.',
  flags: [
    ...watchFlags,
    waitFlag,
    valueFlag('path', 'path', 'watch this file or folder instead of that of the project', { isRepeatable: true }),
  ],
  examples: [
    ['radiant watch', 'while you work on the program'],
    ['radiant watch --path infra --path app/dist', 'only what is in these folders'],
  ],
  load: async () => (await import('./watch.ts')).watch,
};

const importCommand: CommandSpec = {
  name: 'import',
  summary: 'Record things that exist already, and print the code that declares them',
  description:
    'What exists is read and recorded as it is found; nothing is changed. The program is not run: add the code that is printed to it.',
  arguments: [
    { text: '[type]', description: 'the type of resource: kubernetes:core/v1:ConfigMap' },
    { text: '[name]', description: 'its name in the program' },
    { text: '[id]', description: 'the id by which its provider finds it: default/settings' },
  ],
  flags: [
    ...importFlags,
    yesFlag,
    waitFlag,
    flag('skip-preview', 'do not preview first'),
    previewOnlyFlag,
    valueFlag('file, f', 'file', 'a file of JSON with all that is to be imported'),
    valueFlag('out, o', 'file', 'write the code there instead of printing it'),
    optionalValueFlag('generate-code', 'bool', 'whether to write code: yes, unless =false'),
    optionalValueFlag('protect', 'bool', 'whether what is imported is protected: yes, unless =false'),
    valueFlag('parent', 'name=urn', 'the parent, and the variable that it is in the program', { isRepeatable: true }),
    valueFlag('provider', 'name=urn', 'the provider, and the variable that it is in the program', {
      isRepeatable: true,
    }),
    valueFlag('properties', 'names', 'record only these inputs, with commas between them', { isRepeatable: true }),
    ...refused(
      'it takes the state of another tool by a converter plugin, and Radiant has none; write what is to be imported into a file (--file), as `radiant preview --import-file` does for a program',
      'from=',
      'generate-resources=',
    ),
  ],
  examples: [
    ['radiant import kubernetes:core/v1:ConfigMap settings default/settings', 'one resource'],
    ['radiant import --file resources.json --out imported.ts --yes', 'many, without asking'],
  ],
  load: async () => (await operations()).importResources,
};

const cancelCommand: CommandSpec = {
  name: 'cancel',
  summary: 'Break the lock of an operation that runs, or that ended without letting go',
  arguments: [{ text: '[stack]', description: 'the stack; the selected one by default' }],
  flags: [stackFlag, yesFlag],
  load: async () => (await import('./cancel.ts')).cancel,
};

const installCommand: CommandSpec = {
  name: 'install',
  summary: 'Install what the program needs',
  description:
    'Makes the virtual environment of a Python program and installs the packages that it lists; installs those of a ' +
    'Node.js program by the package manager that it is kept with. The same for the sources of plugins that the project ' +
    'brings, and in the folder of a plugin or a policy pack for that alone. Plugins are not downloaded.',
  flags: [
    flag('no-dependencies', 'leave what the program itself needs'),
    flag('no-plugins', 'leave what plugins need'),
    flag('use-language-version-tools', 'install the version of the language that the sources ask for (fnm, pyenv)'),
    ...ignored('reinstall', 'parallel='),
  ],
  examples: [
    ['radiant install', 'in the folder of the project, or below it'],
    ['radiant -C policies install', 'for a policy pack'],
  ],
  load: async () => (await import('./install.ts')).install,
};

const versionCommand: CommandSpec = {
  name: 'version',
  summary: 'Print the version',
  load: async () => (await import('./about.ts')).version,
};

const aboutCommand: CommandSpec = {
  name: 'about',
  summary: 'Print what a bug report needs: versions, folders, the stack',
  flags: [flag('json, j', 'print JSON'), stackFlag],
  load: async () => (await import('./about.ts')).about,
};

const pluginNameArguments = [
  { text: '[kind]', description: 'resource' },
  { text: '[name]', description: 'the package: random' },
  { text: '[version]', description: 'its version' },
];

const pluginCommand: CommandSpec = {
  name: 'plugin',
  summary: 'Provider plugins',
  subcommands: [
    {
      name: 'install',
      summary: 'Install a plugin from a file, a URL or a server; native providers need none',
      arguments: pluginNameArguments,
      flags: [
        ...ignored('exact', 'reinstall'),
        valueFlag('file, f', 'file', 'the archive as it is published, or its URL; a folder, or the executable'),
        valueFlag('server', 'url', 'a server that has the archive under the name it is published by'),
        valueFlag('checksum', 'sha256', 'what the archive is to have, in hexadecimal'),
      ],
      examples: [
        [
          'radiant plugin install resource random 4.16.0 --file pulumi-resource-random-v4.16.0-linux-amd64.tar.gz',
          'from an archive',
        ],
        ['radiant plugin install resource random 4.16.0 --server https://example.com/plugins', 'from a server'],
      ],
      load: async () => (await import('./plugin.ts')).install,
    },
    {
      name: 'ls',
      aliases: ['list'],
      summary: 'List installed plugins',
      flags: [flag('json, j', 'print JSON'), ...ignored('project, p')],
      load: async () => (await import('./plugin.ts')).list,
    },
    {
      name: 'rm',
      aliases: ['remove', 'delete'],
      summary: 'Remove installed plugins',
      description:
        'Without a version: all versions; with a kind alone: all plugins of that kind. Only those of this home are removed.',
      arguments: [
        { text: '[kind]', description: 'resource, language, analyzer, converter or tool' },
        { text: '[name]', description: 'the package: random' },
        { text: '[version]', description: 'a version, or a range of them: ">=4.0.0 <5.0.0"' },
      ],
      flags: [yesFlag, flag('all, a', 'remove all plugins')],
      examples: [
        ['radiant plugin rm resource random 4.16.0', 'one version'],
        ['radiant plugin rm --all --yes', 'all of them, without asking'],
      ],
      load: async () => (await import('./plugin.ts')).remove,
    },
    {
      name: 'run',
      summary: 'Run the executable of a plugin',
      arguments: [
        { text: '<name>', description: 'the plugin, with a version if not the newest: name@1.2.3' },
        { text: '[args...]', description: 'what it is given; flags of its own after --' },
      ],
      flags: [valueFlag('kind', 'kind', 'resource, language, analyzer, converter or tool; tool by default')],
      examples: [['radiant plugin run --kind resource random -- --help', 'with a flag of its own']],
      load: async () => (await import('./plugin.ts')).run,
    },
  ],
};

/** Every command there is, and those of the established CLI that there will not be. */
export const catalogue: readonly CommandSpec[] = [
  upCommand,
  previewCommand,
  refreshCommand,
  destroyCommand,
  watchCommand,
  importCommand,
  stackCommand,
  stateCommand,
  configCommand,
  ...accountCommands,
  cancelCommand,
  clusterCommand,
  newCommand,
  installCommand,
  pluginCommand,
  aboutCommand,
  versionCommand,
  graphCommand,
  historyCommand,
  logsCommand,
  policyCommand,
  ...completionCommands(() => catalogue),
  ...refusedCommands,
];
