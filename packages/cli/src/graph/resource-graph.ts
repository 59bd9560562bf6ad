import { isUrn, urnName } from '@radiant/model';

/** What a graph needs of a resource of an exported deployment. */
export interface GraphedResource {
  readonly urn: string;
  readonly parent?: string;
  readonly dependencies?: readonly string[];
  readonly propertyDependencies?: { readonly [property: string]: readonly string[] | null };
}

/** `dependency` points from what is needed to what needs it, `parent` from a child to its parent. Ends are places in `nodes`. */
export interface GraphEdge {
  readonly kind: 'dependency' | 'parent';
  readonly from: number;
  readonly to: number;
  /** The inputs that a dependency comes from. */
  readonly label: string;
}

export interface ResourceGraph {
  /** In the order of the state, in which everything follows what it needs. */
  readonly nodes: readonly { readonly label: string }[];
  readonly edges: readonly GraphEdge[];
}

export interface GraphOptions {
  readonly showsParents: boolean;
  readonly showsDependencies: boolean;
  readonly labels: 'urns' | 'names';
}

/** What a stack holds as a graph. Records of one URN (a replacement under way) are one node; what is not there has no edge. */
export function resourceGraph(resources: readonly GraphedResource[], options: GraphOptions): ResourceGraph {
  const byUrn = new Map<string, GraphedResource>();
  for (const resource of resources) if (!byUrn.has(resource.urn)) byUrn.set(resource.urn, resource);
  const places = new Map([...byUrn.keys()].map((urn, place) => [urn, place]));
  const edges: GraphEdge[] = [];
  const add = (kind: GraphEdge['kind'], from: string, to: string, label = ''): void => {
    const [start, end] = [places.get(from), places.get(to)];
    if (start !== undefined && end !== undefined) edges.push({ kind, from: start, to: end, label });
  };
  for (const resource of byUrn.values()) {
    if (options.showsDependencies) {
      for (const needed of new Set(resource.dependencies))
        add('dependency', needed, resource.urn, propertiesNeeding(resource, needed).join(', '));
    }
    if (options.showsParents && resource.parent !== undefined) add('parent', resource.urn, resource.parent);
  }
  const nodes = [...byUrn.keys()].map((urn) => ({
    label: options.labels === 'names' && isUrn(urn) ? urnName(urn) : urn,
  }));
  return { nodes, edges };
}

function propertiesNeeding(resource: GraphedResource, urn: string): readonly string[] {
  return Object.entries(resource.propertyDependencies ?? {})
    .filter(([, needed]) => needed?.includes(urn))
    .map(([property]) => property)
    .sort();
}
