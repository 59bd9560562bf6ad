import { jsonFlag, stackFlag } from '../args/common-flags.ts';
import { flag, valueFlag } from '../args/flag.ts';
import type { CommandSpec } from './command.ts';

export const logsCommand: CommandSpec = {
  name: 'logs',
  summary: 'Show what the pods of a stack write',
  description:
    'Pods are those that go back to resources of the stack by their owners, in the clusters to which the providers lead: ' +
    'those of Deployments, StatefulSets, DaemonSets, Jobs, and of custom resources whose operators make them.',
  flags: [
    stackFlag,
    jsonFlag,
    flag('follow, f', 'go on with what is written later, until Ctrl-C'),
    valueFlag('since', 'time', 'nothing older: a duration (5s, 2m, 3h) or a time; 1h by default'),
    valueFlag('resource, r', 'name', 'only of this resource and what is in it: a name, type::name or a URN'),
    valueFlag('config-file', 'path', 'use this file instead of Pulumi.<stack>.yaml'),
  ],
  examples: [
    ['radiant logs', 'of the last hour'],
    ['radiant logs --follow --since 5m --resource web', 'of one resource, and what comes'],
    ['radiant logs --json --since 2026-11-28', 'of a day and later, for machines'],
  ],
  load: async () => (await import('./logs.ts')).logs,
};
