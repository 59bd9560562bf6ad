import { type CommandSpec, refusedCommands as refuse } from './command.ts';

/** Commands of the established CLI that there will not be. */
export const refusedCommands: readonly CommandSpec[] = [
  ...refuse('there is one organization, `organization`; others are a service of Pulumi Cloud', 'org'),
  ...refuse('environments are a service of Pulumi Cloud; set values with `radiant config set`', 'env', 'esc'),
  ...refuse('this is a service of Pulumi Cloud, and Radiant uses none', 'ai', 'neo', 'deployment', 'webhook', 'cloud'),
  ...refuse('there is no web page of a stack; see it with `radiant stack` or `radiant graph`', 'console'),
  ...refuse(
    'Radiant runs programs as they are and translates none; write one with `radiant import`, or convert it with pulumi',
    'convert',
  ),
  ...refuse('Radiant makes no packages; their schemas are for whoever publishes SDKs, with pulumi', 'schema'),
  ...refuse(
    'Radiant generates no SDKs; install the one of the package (npm install @pulumi/random), and its plugin with `radiant plugin install`',
    'package',
  ),
];
