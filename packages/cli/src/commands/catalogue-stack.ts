import {
  continueOnErrorFlag,
  ignoreProtectFlag,
  jsonFlag,
  operationFlags,
  pendingCreatesFlags,
  previewOnlyFlag,
  refreshFlag,
  secretsProviderFlag,
  showSecretsFlag,
  skipPreviewFlag,
  stackFlag,
  waitFlag,
  yesFlag,
} from '../args/common-flags.ts';
import { flag, ignored, refused, valueFlag } from '../args/flag.ts';
import { graphFlags } from './catalogue-graph.ts';
import type { CommandSpec } from './command.ts';

const lifecycle = () => import('./stack-lifecycle.ts');
const tags = () => import('./stack-tag.ts');
const contents = () => import('./stack-contents.ts');

const newStackArgument = { text: '[name]', description: 'the name of the stack: dev' };
const stackArgument = { text: '[stack]', description: 'the name of the stack: dev' };
const tagArgument = { text: '<name>', description: 'the name of the tag' };

/** Of `stack`; the established CLI once had it at the top, where scripts and habits still look for it. */
export const historyCommand: CommandSpec = {
  name: 'history',
  aliases: ['hist'],
  summary: 'What was done to the stack, newest first',
  flags: [
    stackFlag,
    jsonFlag,
    showSecretsFlag,
    flag('full-dates', 'exact times in the place of how long ago'),
    valueFlag('page-size', 'n', 'how many at a time; 10 by default'),
    valueFlag('page', 'n', 'which page, from 1'),
  ],
  examples: [
    ['radiant stack history', 'the last ten operations'],
    ['radiant stack export --version 3', 'the state that the third left'],
  ],
  load: async () => (await import('./stack-history.ts')).history,
};

export const stackCommand: CommandSpec = {
  name: 'stack',
  summary: 'Stacks: what they hold, making, choosing, removing them',
  description: 'Without a subcommand: what the stack holds.',
  flags: [
    stackFlag,
    showSecretsFlag,
    flag('show-ids, i', "show the providers' ids"),
    flag('show-urns, u', 'show URNs'),
    flag('show-name', 'print the name alone'),
  ],
  examples: [
    ['radiant stack', 'resources and outputs of the selected stack'],
    ['radiant stack init dev', 'make a stack and select it'],
    ['radiant stack output url', 'one output, raw'],
  ],
  load: async () => (await contents()).show,
  subcommands: [
    {
      name: 'init',
      aliases: ['new', 'create', 'setup'],
      summary: 'Make a stack',
      arguments: [newStackArgument],
      flags: [
        stackFlag,
        secretsProviderFlag,
        flag('no-select', 'do not select it'),
        valueFlag('copy-config-from', 'stack', 'give it the configuration of this stack'),
        ...refused('it is about Pulumi Cloud, and Radiant has no service', 'teams=', 'remote-config'),
      ],
      load: async () => (await lifecycle()).init,
    },
    {
      name: 'select',
      summary: 'Choose the stack that commands work on',
      arguments: [stackArgument],
      flags: [stackFlag, secretsProviderFlag, flag('create, c', 'make it when it does not exist')],
      load: async () => (await lifecycle()).select,
    },
    {
      name: 'ls',
      aliases: ['list'],
      summary: 'List stacks',
      flags: [
        jsonFlag,
        flag('all, a', 'those of all projects'),
        valueFlag('project, p', 'name', 'those of this project'),
        valueFlag('tag, t', 'name[=value]', 'those with this tag, or this value of it'),
        ...refused('all stacks belong to one organization, `organization`', 'organization, o='),
      ],
      load: async () => (await lifecycle()).list,
    },
    {
      name: 'rm',
      aliases: ['remove', 'delete'],
      summary: 'Remove a stack and its configuration',
      arguments: [stackArgument],
      flags: [
        stackFlag,
        yesFlag,
        waitFlag,
        flag('force, f', 'even when it still has resources, which then are forgotten, not deleted'),
        flag('preserve-config', 'keep its Pulumi.<stack>.yaml'),
        ...ignored('remove-backups'),
      ],
      load: async () => (await lifecycle()).remove,
    },
    {
      name: 'unselect',
      summary: 'Choose no stack',
      load: async () => (await lifecycle()).unselect,
    },
    {
      name: 'output',
      summary: 'Print outputs',
      arguments: [{ text: '[name]', description: 'one output, printed raw' }],
      flags: [stackFlag, jsonFlag, showSecretsFlag, flag('shell', 'print shell assignments')],
      examples: [['eval "$(radiant stack output --shell)"', 'outputs as shell variables']],
      load: async () => (await contents()).output,
    },
    {
      name: 'export',
      summary: 'Print the state as a deployment',
      flags: [
        stackFlag,
        showSecretsFlag,
        valueFlag('file', 'path', 'write it here'),
        valueFlag('version', 'n', 'as version n of the history left it'),
      ],
      load: async () => (await contents()).exportState,
    },
    {
      name: 'import',
      summary: 'Replace the state by a deployment',
      flags: [
        stackFlag,
        valueFlag('file', 'path', 'read it from here; else from standard input'),
        flag('force, f', 'even when it looks wrong: of another stack, out of order'),
        waitFlag,
      ],
      load: async () => (await contents()).importState,
    },
    historyCommand,
    {
      name: 'rollback',
      summary: 'Make true again what an earlier state says, without its program',
      description:
        'Previews, asks, and deploys like up. What was declared then is reconstructed from the state that the operation ' +
        'left: inputs, options, components, dynamic providers. Hooks are functions of the program and do not run.',
      arguments: [{ text: '<version>', description: 'the number of the operation in the history' }],
      flags: [
        ...operationFlags,
        yesFlag,
        waitFlag,
        skipPreviewFlag,
        previewOnlyFlag,
        refreshFlag,
        continueOnErrorFlag,
        ignoreProtectFlag,
        ...pendingCreatesFlags,
      ],
      examples: [
        ['radiant stack history', 'which versions there are'],
        ['radiant stack rollback 12 --preview-only', 'what going back would change'],
        ['radiant stack rollback 12 --yes', 'go back without asking'],
      ],
      load: async () => (await import('./operations.ts')).rollback,
    },
    {
      name: 'change-secrets-provider',
      summary: 'Encrypt the secrets of a stack by another passphrase or key',
      description:
        'Both the state and Pulumi.<stack>.yaml are encrypted anew. A new passphrase is asked for, or read from standard input.',
      arguments: [{ text: '<provider>', description: 'default, passphrase, or a key: awskms://alias/name?region=…' }],
      flags: [stackFlag, waitFlag],
      examples: [
        ['radiant stack change-secrets-provider passphrase < new-passphrase.txt', 'another passphrase'],
        ['radiant stack change-secrets-provider "awskms://alias/stacks?region=eu-central-1"', 'a key of AWS KMS'],
      ],
      load: async () => (await import('./change-secrets-provider.ts')).changeSecretsProvider,
    },
    {
      name: 'rename',
      summary: 'Give a stack another name',
      description:
        'Every URN in it gets the new name; history, tags, secrets and Pulumi.<stack>.yaml come along. Programs that name ' +
        'resources after the stack will replace them: preview before the next up.',
      arguments: [{ text: '<new-name>', description: 'prod, or organization/PROJECT/STACK for another project, too' }],
      flags: [stackFlag, waitFlag],
      examples: [['radiant stack rename prod --stack production', 'production is called prod']],
      load: async () => (await lifecycle()).rename,
    },
    {
      name: 'tag',
      summary: 'Labels of a stack: names and values',
      flags: [stackFlag],
      subcommands: [
        {
          name: 'ls',
          aliases: ['list'],
          summary: 'List tags',
          flags: [stackFlag, jsonFlag],
          load: async () => (await tags()).list,
        },
        {
          name: 'get',
          summary: 'Print the value of a tag',
          arguments: [tagArgument],
          flags: [stackFlag],
          load: async () => (await tags()).get,
        },
        {
          name: 'set',
          summary: 'Set a tag',
          arguments: [tagArgument, { text: '<value>', description: 'its value' }],
          flags: [stackFlag],
          load: async () => (await tags()).set,
        },
        {
          name: 'rm',
          aliases: ['remove'],
          summary: 'Remove a tag',
          arguments: [tagArgument],
          flags: [stackFlag],
          load: async () => (await tags()).remove,
        },
      ],
    },
    {
      name: 'graph',
      summary: 'Write what depends on what to a file, for Graphviz',
      description: 'Arrows go from what is needed to what needs it, and from a child to its parent.',
      arguments: [{ text: '<file>', description: 'the file to write' }],
      flags: graphFlags,
      examples: [['radiant stack graph stack.dot --short-node-name', 'then: dot -Tpdf stack.dot > stack.pdf']],
      load: async () => (await import('./graph.ts')).writeStackGraph,
    },
  ],
};
