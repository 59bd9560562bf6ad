import type { EdgeColours } from './dot.ts';
import type { ResourceGraph } from './resource-graph.ts';

/** The graph for Mermaid, which GitHub and GitLab draw in Markdown. Parents are dotted lines. */
export function mermaidText({ nodes, edges }: ResourceGraph, colours: EdgeColours): string {
  const lines = [
    'flowchart LR',
    ...nodes.map(({ label }, place) => `    r${place}["${escaped(label)}"]`),
    ...edges.map(({ kind, from, to, label }) => {
      const named = label === '' ? '' : `|"${escaped(label)}"|`;
      return `    r${from} ${kind === 'parent' ? '-.->' : '-->'}${named} r${to}`;
    }),
    ...edges.map(({ kind }, place) => `    linkStyle ${place} stroke:${colours[kind]}`),
  ];
  return `${lines.join('\n')}\n`;
}

/** As Mermaid's entities, which have a # for the &. */
function escaped(text: string): string {
  return text.replaceAll(/["#<>&`\\\r\n[\]{}|]/g, (character) => `#${character.codePointAt(0)};`);
}
