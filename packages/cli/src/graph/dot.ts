import type { ResourceGraph } from './resource-graph.ts';

export interface EdgeColours {
  readonly dependency: string;
  readonly parent: string;
}

/** The graph for Graphviz, as the established CLI writes it. `fragment` stands before everything else. */
export function dotText({ nodes, edges }: ResourceGraph, colours: EdgeColours, fragment?: string): string {
  const leaving = Map.groupBy(edges, ({ from }) => from);
  const lines = nodes.flatMap(({ label }, place) => [
    `    Resource${place} [label=${quoted(label)}];`,
    ...(leaving.get(place) ?? []).map((edge) => {
      const named = edge.label === '' ? '' : `, label=${quoted(edge.label)}`;
      return `    Resource${place} -> Resource${edge.to} [color=${quoted(colours[edge.kind])}${named}];`;
    }),
  ]);
  return ['strict digraph {', ...(fragment === undefined ? [] : [fragment]), ...lines, '}', ''].join('\n');
}

/** Graphviz reads escapes in labels (`\n`, `\N`); a name is to be shown as it is. */
function quoted(text: string): string {
  return `"${text
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replaceAll(/\r\n|\r|\n/g, '\\n')}"`;
}
