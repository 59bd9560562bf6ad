import { isPropertyMap, type PropertyMap, Secret, type Urn } from '@radiant/model';
import { metadataText, type ResourceKind } from './kinds/resource-kind.ts';

/**
 * What the provider has learned of the program and its state in this operation, beyond the one resource at hand: what
 * other resources will bring about, and which objects are on record.
 */
export class ProgramKnowledge {
  readonly #namespaces = new Set<string>();
  /** `Kind.group` of custom resources to whether they are namespaced. */
  readonly #customKinds = new Map<string, boolean>();
  /** UIDs of objects to the resource that stands for them, in the state or made just now. */
  readonly #recorded = new Map<string, Urn>();

  /** Takes note of a checked resource that others may need. */
  noteChecked(kind: ResourceKind, inputs: PropertyMap): void {
    if (kind.role !== 'object') return;
    const name = metadataText(inputs, 'name');
    if (kind.kind === 'Namespace' && kind.group === '' && name !== undefined) this.#namespaces.add(name);
    if (kind.kind === 'CustomResourceDefinition') this.#noteDefinition(inputs);
  }

  #noteDefinition(inputs: PropertyMap): void {
    const spec = inputs.spec instanceof Secret ? inputs.spec.value : inputs.spec;
    if (!isPropertyMap(spec) || !isPropertyMap(spec.names)) return;
    const { group, scope } = spec;
    const { kind } = spec.names;
    if (typeof group === 'string' && typeof kind === 'string')
      this.#customKinds.set(`${kind}.${group}`, scope !== 'Cluster');
  }

  makesNamespace(name: string): boolean {
    return this.#namespaces.has(name);
  }

  /** Whether objects of a custom kind that this program defines are namespaced; undefined: it does not define it. */
  definesAsNamespaced(groupKind: string): boolean | undefined {
    return this.#customKinds.get(groupKind);
  }

  noteRecorded(uid: string | undefined, urn: Urn): void {
    if (uid !== undefined && uid !== '') this.#recorded.set(uid, urn);
  }

  noteDeleted(uid: string | undefined): void {
    if (uid !== undefined) this.#recorded.delete(uid);
  }

  /** The resource that an object stands for; undefined when none is known to. */
  recordedBy(uid: string): Urn | undefined {
    return this.#recorded.get(uid);
  }
}
