import { newPolicyPackCommand } from './catalogue-new.ts';
import { type CommandSpec, refusedCommands } from './command.ts';

export const policyCommand: CommandSpec = {
  name: 'policy',
  summary: 'Policy packs, which hold what is deployed to rules',
  description: 'A pack is a folder, given to preview and up by --policy-pack. There is no server that keeps packs.',
  examples: [['radiant up --policy-pack ./policies', 'keep to the policies in a folder']],
  subcommands: [
    newPolicyPackCommand,
    {
      name: 'ls',
      aliases: ['list'],
      summary: 'Say where policy packs come from',
      load: async () => (await import('./policy.ts')).list,
    },
    ...refusedCommands(
      'packs are published to Pulumi Cloud, and Radiant uses no service; give the folder of a pack by --policy-pack',
      ...['publish', 'enable', 'disable', 'group', 'rm', 'validate-config', 'install', 'compliance', 'issue', 'get'],
    ),
  ],
};
