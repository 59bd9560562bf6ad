import type { Urn } from '@radiant/model';
import { isNotFound } from '../client/api-error.ts';
import type { Cluster } from '../cluster-session.ts';
import { type KubeObject, listAt, textAt } from '../json.ts';
import { groupKindOf, type KubeKind, kubeKind } from '../kinds/resource-kind.ts';

/** An object that a stack has made. */
export interface StackObject {
  readonly urn: Urn;
  readonly kind: KubeKind;
  readonly namespace: string;
  readonly name: string;
}

/** Says to which object of a stack a pod goes back, by its owners: ReplicaSets, Jobs, or whatever an operator makes. */
export class PodOwners {
  readonly #cluster: Pick<Cluster, 'client' | 'discovery'>;
  readonly #urns: ReadonlyMap<string, Urn>;
  /** The owners of objects that are none of the stack's, by UID: they do not change while the object lives. */
  readonly #parents = new Map<string, Promise<readonly Owner[]>>();

  constructor(cluster: Pick<Cluster, 'client' | 'discovery'>, objects: readonly StackObject[]) {
    this.#cluster = cluster;
    this.#urns = new Map(objects.map((object) => [keyOf(object.kind, object.namespace, object.name), object.urn]));
  }

  /** Undefined when the pod is none of the stack's. Throws KubeApiError, NoAnswerError. */
  async urnOf(pod: KubeObject, signal: AbortSignal): Promise<Urn | undefined> {
    const namespace = textAt(pod, 'metadata', 'namespace');
    const own = this.#urns.get(keyOf(podKind, namespace, textAt(pod, 'metadata', 'name')));
    return own ?? this.#urnAmong(ownersOf(pod), namespace, signal, 0);
  }

  async #urnAmong(
    owners: readonly Owner[],
    namespace: string,
    signal: AbortSignal,
    depth: number,
  ): Promise<Urn | undefined> {
    for (const owner of owners) {
      const urn = this.#urns.get(keyOf(owner.kind, namespace, owner.name));
      if (urn !== undefined) return urn;
    }
    // Owners in a circle are an error of whoever made them.
    if (depth > 8) return undefined;
    for (const owner of owners) {
      const urn = await this.#urnAmong(await this.#parentsOf(owner, namespace, signal), namespace, signal, depth + 1);
      if (urn !== undefined) return urn;
    }
    return undefined;
  }

  #parentsOf(owner: Owner, namespace: string, signal: AbortSignal): Promise<readonly Owner[]> {
    const known = this.#parents.get(owner.uid);
    if (known !== undefined) return known;
    const asked = this.#readOwners(owner, namespace, signal);
    this.#parents.set(owner.uid, asked);
    asked.catch(() => this.#parents.delete(owner.uid));
    return asked;
  }

  async #readOwners({ kind, name }: Owner, namespace: string, signal: AbortSignal): Promise<readonly Owner[]> {
    const route = await this.#cluster.discovery.find(kind, { signal });
    if (route === undefined || !route.isNamespaced) return [];
    try {
      return ownersOf((await this.#cluster.client.get(route, namespace, name, signal)) ?? {});
    } catch (error) {
      if (isNotFound(error)) return [];
      throw error;
    }
  }
}

interface Owner {
  readonly kind: KubeKind;
  readonly name: string;
  readonly uid: string;
}

const podKind: KubeKind = { group: '', version: 'v1', kind: 'Pod' };

function ownersOf(object: KubeObject): readonly Owner[] {
  return listAt(object, 'metadata', 'ownerReferences').map((reference) => ({
    kind: kubeKind(textAt(reference, 'apiVersion'), textAt(reference, 'kind')),
    name: textAt(reference, 'name'),
    uid: textAt(reference, 'uid'),
  }));
}

/** Without the version: an owner may be named in another than the stack's. */
function keyOf(kind: KubeKind, namespace: string, name: string): string {
  return `${groupKindOf(kind)} ${namespace}/${name}`;
}
