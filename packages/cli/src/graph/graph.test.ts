import { describe, expect, it } from 'vitest';
import { runCli } from '../../test/fake-context.ts';
import { layered } from './layout.ts';
import { resourceGraph } from './resource-graph.ts';

const urn = (name: string): string => `urn:pulumi:dev::day::test:index:Thing::${name}`;
const resources = [
  { urn: urn('stack') },
  { urn: urn('first'), parent: urn('stack') },
  {
    urn: urn('say "hi" <&>'),
    parent: urn('stack'),
    dependencies: [urn('first'), urn('gone')],
    propertyDependencies: { size: [urn('first')], name: [urn('first')], other: [] },
  },
  { urn: urn('first'), parent: urn('stack') },
];
const deployment = { version: 3, deployment: { resources } };
const all = { showsParents: true, showsDependencies: true, labels: 'names' } as const;

async function drawn(line: string): Promise<string> {
  return (await runCli(line, { deployment })).out;
}

describe('graph', () => {
  it('writes DOT as the established CLI does', async () => {
    expect(await drawn('graph --short-node-name')).toMatchInlineSnapshot(`
      "strict digraph {
          Resource0 [label="stack"];
          Resource1 [label="first"];
          Resource1 -> Resource0 [color="#AA6639"];
          Resource1 -> Resource2 [color="#246C60", label="name, size"];
          Resource2 [label="say \\"hi\\" <&>"];
          Resource2 -> Resource0 [color="#AA6639"];
      }
      "
    `);
  });

  it('leaves out edges, takes colours and a fragment', async () => {
    const dependencies = await drawn(
      'graph --ignore-parent-edges --dependency-edge-color blue --dot-fragment rankdir=LR;',
    );
    expect(dependencies).toContain('strict digraph {\nrankdir=LR;\n');
    expect(dependencies.match(/->/g)).toHaveLength(1);
    expect(dependencies).toContain('color="blue"');
    const parents = await drawn('graph --ignore-dependency-edges --parent-edge-color red');
    expect(parents.match(/-> Resource0 \[color="red"\];/g)).toHaveLength(2);
    expect(parents).not.toContain('name, size');
  });

  it('writes Mermaid, in which no name is taken for syntax', async () => {
    expect(await drawn('graph --format mermaid --short-node-name')).toMatchInlineSnapshot(`
      "flowchart LR
          r0["stack"]
          r1["first"]
          r2["say #34;hi#34; #60;#38;#62;"]
          r1 -.-> r0
          r1 -->|"name, size"| r2
          r2 -.-> r0
          linkStyle 0 stroke:#AA6639
          linkStyle 1 stroke:#246C60
          linkStyle 2 stroke:#AA6639
      "
    `);
  });

  it('draws SVG that is well-formed whatever resources are called', async () => {
    const svg = await drawn('graph --format svg --short-node-name');
    expect(svg).toContain('>say &quot;hi&quot; &lt;&amp;&gt;</text>');
    expect(svg.match(/marker-end="url\(#parent\)"/g)).toHaveLength(2);
    expect(svg.match(/marker-end="url\(#dependency\)"/g)).toHaveLength(1);
    expect(svg).toContain('<title>name, size</title>');
    expect(svg).not.toContain('NaN');
  });

  it('draws an empty stack', async () => {
    for (const format of ['dot', 'mermaid', 'svg'])
      expect(await runCli(`graph --format ${format}`, { deployment: {} })).toMatchObject({ exitCode: 0, err: '' });
  });

  it('stands every node to the right of what it needs, no two in one place', () => {
    const chain = Array.from({ length: 60 }, (_, index) => ({
      urn: urn(`r${index}`),
      dependencies: [index - 1, index - 7]
        .filter((other) => other >= 0 && index % 5 > 0)
        .map((other) => urn(`r${other}`)),
    }));
    const graph = resourceGraph(chain, all);
    const places = layered(graph);
    for (const { from, to } of graph.edges) expect(places[to]!.column).toBeGreaterThan(places[from]!.column);
    expect(new Set(places.map(({ column, row }) => `${column} ${row}`)).size).toBe(60);
  });

  it('draws a state whose records stand in no sound order', () => {
    const circle = [
      { urn: urn('a'), dependencies: [urn('b')] },
      { urn: urn('b'), dependencies: [urn('a')] },
    ];
    expect(layered(resourceGraph(circle, all))).toHaveLength(2);
  });
});
