import type { ServedResource } from '../registry/kind-table.ts';
import type { ApiContext } from './api-context.ts';
import type { KubeRequest, KubeResponse } from './http-messages.ts';
import type { View } from './represent.ts';

/** A request for something below an object: `/scale`, `/log`. */
export interface SubresourceTarget {
  readonly context: ApiContext;
  readonly resource: ServedResource;
  readonly namespace: string | undefined;
  readonly name: string;
  readonly request: KubeRequest;
  readonly view: View;
}

export type SubresourceHandler = (target: SubresourceTarget) => Promise<KubeResponse>;
