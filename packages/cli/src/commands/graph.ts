import { writeFileSync } from 'node:fs';
import { extname, resolve } from 'node:path';
import type { Given } from '../args/given.ts';
import type { CliContext } from '../context.ts';
import { dotText } from '../graph/dot.ts';
import { mermaidText } from '../graph/mermaid.ts';
import { type GraphedResource, type ResourceGraph, resourceGraph } from '../graph/resource-graph.ts';
import { svgText } from '../graph/svg.ts';
import type { CommandHandler } from './command.ts';
import { onFile } from './on-file.ts';
import { openWorkspace } from './workspace.ts';

type Format = 'dot' | 'mermaid' | 'svg';

const formatOfExtension: { readonly [extension: string]: Format } = {
  '.svg': 'svg',
  '.mmd': 'mermaid',
  '.mermaid': 'mermaid',
};

export const graph: CommandHandler = async (context, given) => {
  const file = given.args[0];
  const asked = given.value('format') as Format | undefined;
  const text = draw(await readGraph(context, given), asked ?? formatOfExtension[extname(file ?? '')] ?? 'dot', given);
  if (file === undefined) context.out.write(text);
  else write(context, file, text);
  return 0;
};

export const writeStackGraph: CommandHandler = async (context, given) => {
  write(context, given.args[0]!, draw(await readGraph(context, given), 'dot', given));
  return 0;
};

async function readGraph(context: CliContext, given: Given): Promise<ResourceGraph> {
  const workspace = await openWorkspace(context, given);
  const stack = await workspace.openStack(given.value('stack'));
  const exported = (await stack.exportDeployment()) as {
    readonly deployment?: { readonly resources?: GraphedResource[] };
  };
  return resourceGraph(exported.deployment?.resources ?? [], {
    showsParents: !given.flag('ignore-parent-edges'),
    showsDependencies: !given.flag('ignore-dependency-edges'),
    labels: given.flag('short-node-name') ? 'names' : 'urns',
  });
}

function draw(graph: ResourceGraph, format: Format, given: Given): string {
  const colours = {
    dependency: given.value('dependency-edge-color') ?? '#246C60',
    parent: given.value('parent-edge-color') ?? '#AA6639',
  };
  if (format === 'svg') return svgText(graph, colours);
  return format === 'mermaid' ? mermaidText(graph, colours) : dotText(graph, colours, given.value('dot-fragment'));
}

function write(context: CliContext, file: string, text: string): void {
  onFile(resolve(context.cwd, file), (path) => writeFileSync(path, text));
  context.out.write(`Wrote stack dependency graph to \`${file}\`\n`);
}
