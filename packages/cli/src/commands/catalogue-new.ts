import { secretsProviderFlag, yesFlag } from '../args/common-flags.ts';
import { flag, ignored, refused, valueFlag } from '../args/flag.ts';
import type { CommandSpec } from './command.ts';

const templateArgument = {
  text: '[template]',
  description: 'the name of a template, a folder, or the URL of a git repository; asked for when left out',
};

/** What making a project and making a policy pack share. */
const sharedFlags = [
  valueFlag('dir', 'dir', 'the folder to make it in; this one by default'),
  flag('force, f', 'make it in a folder that is not empty, writing over files of the same names'),
  flag('generate-only, g', 'write the files, and do nothing else'),
  flag('offline, o', 'use no network: only templates of this machine'),
  flag('list-templates, l', 'list the templates, and make nothing'),
  valueFlag('runtime-options', 'key=value,…', 'options of the runtime to write into the file of the project', {
    isRepeatable: true,
  }),
];

export const newCommand: CommandSpec = {
  name: 'new',
  summary: 'Make a project from a template',
  description:
    'Writes the files, makes a stack, asks for its configuration, and installs what the program needs. Templates of ' +
    'Pulumi’s can be used by their URL, which may name a branch and a folder.',
  arguments: [templateArgument],
  flags: [
    valueFlag('name, n', 'name', 'the name of the project; that of the folder by default'),
    valueFlag('description, d', 'text', 'what the project is'),
    valueFlag('stack, s', 'stack', 'the stack to make, or to use when it exists; dev by default'),
    valueFlag('config, c', 'key=value', 'a value of the configuration', { isRepeatable: true }),
    flag('config-path', 'keys of --config are paths to a nested value'),
    ...sharedFlags,
    yesFlag,
    secretsProviderFlag,
    ...ignored('template-mode, t'),
    ...refused('Pulumi AI is a service of Pulumi Cloud; name a template instead', 'ai=', 'language='),
    ...refused('the configuration of a stack is in its file; Pulumi Cloud keeps others', 'remote-stack-config'),
  ],
  examples: [
    ['radiant new', 'choose among the templates'],
    ['radiant new kubernetes-typescript --dir shop --yes', 'without asking, in a folder of its own'],
    ['radiant new https://github.com/pulumi/templates/kubernetes-typescript', 'a template of Pulumi’s'],
    ['radiant new https://github.com/me/templates/tree/next/web', 'the folder web on the branch next'],
    ['radiant new --list-templates', 'what there is'],
  ],
  load: async () => (await import('./new.ts')).makeProject,
};

export const newPolicyPackCommand: CommandSpec = {
  name: 'new',
  aliases: ['create', 'setup'],
  summary: 'Make a policy pack from a template',
  description: 'Writes the files and installs what the pack needs.',
  arguments: [templateArgument],
  flags: sharedFlags,
  examples: [
    ['radiant policy new kubernetes-policy-typescript --dir policies', 'a pack in a folder of its own'],
    ['radiant policy new https://github.com/pulumi/templates-policy/aws-typescript', 'a template of Pulumi’s'],
  ],
  load: async () => (await import('./policy-new.ts')).makePolicyPack,
};
