import { stackFlag, waitFlag, yesFlag } from '../args/common-flags.ts';
import { flag, valueFlag } from '../args/flag.ts';
import type { CommandSpec } from './command.ts';

const changes = () => import('./state-change.ts');

const urnArgument = { text: '[urn]', description: 'the resource; chosen from a list when left out' };
const urnsArgument = { text: '[urns...]', description: 'the resources; chosen from a list when left out' };
const untouched = 'Only what is recorded changes; the things themselves are not touched.';

function markCommand(name: 'protect' | 'unprotect' | 'taint' | 'untaint', summary: string): CommandSpec {
  return {
    name,
    summary,
    arguments: [urnsArgument],
    flags: [stackFlag, yesFlag, waitFlag, flag('all', 'all resources of the stack')],
    load: async () => (await changes())[name],
  };
}

export const stateCommand: CommandSpec = {
  name: 'state',
  summary: 'Change what is recorded of resources, by hand',
  description:
    `${untouched} Each change is shown first, is refused when the state would not be sound ` +
    'afterwards, and is part of the history. URNs want single quotes: they may hold a `$`.',
  examples: [
    ["radiant state unprotect 'urn:…'", 'let a resource be deleted'],
    ["radiant state delete 'urn:…'", 'forget a resource, which stays'],
    ['radiant state repair', 'mend a state that breaks its rules'],
  ],
  subcommands: [
    {
      name: 'delete',
      aliases: ['remove', 'rm'],
      summary: 'Forget a resource: its record goes, the thing stays',
      arguments: [urnArgument],
      flags: [
        stackFlag,
        yesFlag,
        waitFlag,
        flag('force', 'even when it is protected'),
        flag('target-dependents', 'together with all that depends on it'),
        flag('all', 'all resources of the stack'),
      ],
      load: async () => (await changes()).deleteRecords,
    },
    {
      name: 'rename',
      summary: 'Give a resource another name, and let what refers to it follow',
      arguments: [urnArgument, { text: '[name]', description: 'its new name' }],
      flags: [stackFlag, yesFlag, waitFlag],
      load: async () => (await changes()).renameRecord,
    },
    {
      name: 'move',
      aliases: ['mv'],
      summary: 'Move resources, and all that is in them, to another stack',
      description: 'Providers are copied along. References between what moves and what stays end, and are named first.',
      arguments: [{ text: '[urns...]', description: 'the resources' }],
      flags: [
        valueFlag('source', 'stack', 'where they are; the selected stack by default'),
        valueFlag('dest', 'stack', 'where they go; the selected stack by default'),
        flag('include-parents', 'and the components that they are in'),
        yesFlag,
        waitFlag,
      ],
      examples: [
        [
          "radiant state move --dest organization/network/prod 'urn:…'",
          'from the selected stack to one of another project',
        ],
      ],
      load: async () => (await import('./state-move.ts')).move,
    },
    markCommand('protect', 'Protect resources from deletion'),
    markCommand('unprotect', 'Let protected resources be deleted'),
    markCommand('taint', 'Have resources replaced by the next up'),
    markCommand('untaint', 'Do not have them replaced after all'),
    {
      name: 'edit',
      summary: 'Edit the state in your EDITOR',
      flags: [stackFlag, waitFlag],
      load: async () => (await import('./state-edit.ts')).edit,
    },
    {
      name: 'repair',
      summary: 'Mend a state that breaks its rules: order, dangling references, duplicates',
      flags: [stackFlag, yesFlag, waitFlag],
      load: async () => (await changes()).repair,
    },
    {
      name: 'upgrade',
      summary: 'Move the stacks of an old store, from before stacks had projects',
      flags: [yesFlag],
      load: async () => (await import('./state-upgrade.ts')).upgrade,
    },
  ],
};
