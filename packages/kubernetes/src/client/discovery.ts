import { isJsonMap, listAt, textAt } from '../json.ts';
import { builtinRoute, type KindRoute } from '../kinds/builtin-kinds.ts';
import { apiVersionOf, type KubeKind } from '../kinds/resource-kind.ts';
import { isNotFound } from './api-error.ts';
import type { KubeClient } from './kube-client.ts';

/**
 * How kinds are reached in one cluster. Built-in kinds come from a table; for any other the resource list of its one
 * group and version is read, once, and again only when a kind is missed in it.
 */
export class Discovery {
  readonly #client: KubeClient;
  readonly #lists = new Map<string, Promise<ReadonlyMap<string, KindRoute>>>();

  constructor(client: KubeClient) {
    this.#client = client;
  }

  /** Undefined when the cluster does not serve the kind. `isFresh` asks even if an earlier answer was no. */
  async find(
    kind: KubeKind,
    options: { isFresh?: boolean; signal?: AbortSignal } = {},
  ): Promise<KindRoute | undefined> {
    const builtin = builtinRoute(kind);
    if (builtin !== undefined) return builtin;
    const apiVersion = apiVersionOf(kind);
    const known = await this.#lists.get(apiVersion)?.catch(() => undefined);
    const route = known?.get(kind.kind);
    if (route !== undefined || (known !== undefined && !options.isFresh)) return route;
    const reading = this.#read(kind, options.signal);
    this.#lists.set(apiVersion, reading);
    try {
      return (await reading).get(kind.kind);
    } catch (error) {
      this.#lists.delete(apiVersion);
      throw error;
    }
  }

  async #read(kind: KubeKind, signal: AbortSignal | undefined): Promise<ReadonlyMap<string, KindRoute>> {
    const routes = new Map<string, KindRoute>();
    const { group, version } = kind;
    try {
      const list = await this.#client.getPath(group === '' ? `/api/${version}` : `/apis/${group}/${version}`, signal);
      for (const resource of listAt(list, 'resources')) {
        const plural = textAt(resource, 'name');
        if (plural === '' || plural.includes('/') || !isJsonMap(resource)) continue;
        const isNamespaced = resource.namespaced === true;
        routes.set(textAt(resource, 'kind'), { group, version, kind: textAt(resource, 'kind'), plural, isNamespaced });
      }
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
    return routes;
  }
}
