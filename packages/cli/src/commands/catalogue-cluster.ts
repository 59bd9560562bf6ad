import { jsonFlag, yesFlag } from '../args/common-flags.ts';
import { flag } from '../args/flag.ts';
import type { CommandSpec } from './command.ts';

const cluster = () => import('./cluster.ts');

export const clusterCommand: CommandSpec = {
  name: 'cluster',
  summary: 'The embedded Kubernetes cluster',
  description: 'It starts when a command needs it and ends by itself after some idle minutes.',
  examples: [
    ['radiant cluster kubeconfig > kubeconfig', 'then: kubectl --kubeconfig kubeconfig get pods -A'],
    ['radiant cluster serve', 'keep it in the foreground'],
  ],
  subcommands: [
    { name: 'start', summary: 'Start it in the background', load: async () => (await cluster()).start },
    {
      name: 'serve',
      summary: 'Run it in the foreground until Ctrl-C',
      flags: [flag('background', 'as the process that start makes', { isHidden: true })],
      load: async () => (await cluster()).serve,
    },
    { name: 'stop', summary: 'Stop it; what it holds stays', load: async () => (await cluster()).stop },
    {
      name: 'status',
      summary: 'Say whether it runs, and where',
      flags: [jsonFlag],
      load: async () => (await cluster()).status,
    },
    {
      name: 'reset',
      summary: 'Empty it: every object goes',
      flags: [yesFlag],
      load: async () => (await cluster()).reset,
    },
    {
      name: 'kubeconfig',
      summary: 'Print a kubeconfig for kubectl; starts it when it does not run',
      load: async () => (await cluster()).kubeconfig,
    },
  ],
};
