import type { ClusterClient } from '../cluster-client.ts';
import { isSame } from '../kinds/fields.ts';
import type { Fields, KubeObject } from '../kube-object.ts';

/** Writes the status when it says something new; the object as it is afterwards. */
export function writeStatus(client: ClusterClient, object: KubeObject, status: Fields): KubeObject {
  return isSame(object.status, status) ? object : client.updateStatus({ ...object, status });
}
