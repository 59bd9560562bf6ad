import { isPropertyMap, type PropertyMap, Secret } from '@radiant/model';
import { KubeApiError } from '../client/api-error.ts';
import type { KubeClient } from '../client/kube-client.ts';
import { textAt } from '../json.ts';

/** Which cluster it is, kept with the provider's state from the first operation on. */
export interface ClusterIdentity {
  /** Of the namespace kube-system, which lives as long as the cluster. Empty when it may not be read. */
  readonly uid: string;
  readonly server: string;
  /** Empty when no context was at work. */
  readonly context: string;
  readonly source: string;
}

/** Asks the cluster who it is. Throws NoAnswerError, or KubeApiError when the credentials are refused. */
export async function readClusterUid(client: KubeClient): Promise<string> {
  try {
    return textAt(await client.getPath('/api/v1/namespaces/kube-system'), 'metadata', 'uid');
  } catch (error) {
    if (error instanceof KubeApiError && (error.code === 403 || error.code === 404)) return '';
    throw error;
  }
}

const field = '__radiantCluster';

export function rememberIdentity(identity: ClusterIdentity): PropertyMap {
  return { [field]: { ...identity } };
}

export function recalledIdentity(outputs: PropertyMap | undefined): ClusterIdentity | undefined {
  const held = outputs?.[field] instanceof Secret ? outputs[field].value : outputs?.[field];
  if (!isPropertyMap(held)) return undefined;
  const text = (name: string) => (typeof held[name] === 'string' ? held[name] : '');
  return { uid: text('uid'), server: text('server'), context: text('context'), source: text('source') };
}

/** Undefined: nothing that both sides know tells. */
export function isSameCluster(a: ClusterIdentity, b: ClusterIdentity): boolean | undefined {
  if (a.uid !== '' && b.uid !== '') return a.uid === b.uid;
  return a.server === b.server ? true : undefined;
}
