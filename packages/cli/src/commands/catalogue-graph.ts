import { stackFlag } from '../args/common-flags.ts';
import { flag, valueFlag } from '../args/flag.ts';
import type { CommandSpec } from './command.ts';

export const graphFlags = [
  stackFlag,
  flag('ignore-parent-edges', 'leave out what is in what'),
  flag('ignore-dependency-edges', 'leave out what depends on what'),
  valueFlag('dependency-edge-color', 'color', 'the colour of dependencies; #246C60 by default'),
  valueFlag('parent-edge-color', 'color', 'the colour of parents; #AA6639 by default'),
  flag('short-node-name', 'names in the place of URNs'),
  valueFlag('dot-fragment', 'text', 'DOT to put first: settings of the graph, styles'),
];

export const graphCommand: CommandSpec = {
  name: 'graph',
  summary: 'Draw what depends on what in a stack',
  description: 'Arrows go from what is needed to what needs it, and from a child to its parent.',
  arguments: [{ text: '[file]', description: 'the file to write; standard output by default' }],
  flags: [
    ...graphFlags,
    valueFlag('format', 'format', 'what to draw; by default what the name of the file says, else dot', {
      choices: ['dot', 'mermaid', 'svg'],
    }),
  ],
  examples: [
    ['radiant graph stack.svg --short-node-name', 'a picture, for a browser'],
    ['radiant graph --format mermaid --ignore-parent-edges', 'for Markdown on GitHub or GitLab'],
    ['radiant graph | dot -Tpdf > stack.pdf', 'drawn by Graphviz'],
  ],
  load: async () => (await import('./graph.ts')).graph,
};
