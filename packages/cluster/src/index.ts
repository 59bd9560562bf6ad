export { ApiError } from './api-error.ts';
export { type Clock, realClock } from './clock.ts';
export {
  type Cluster,
  type ClusterOptions,
  createCluster,
  type ListeningCluster,
  type ListenOptions,
} from './cluster.ts';
export type { ClusterClient, DeleteOptions, KindName, KubeChange } from './cluster-client.ts';
export * from './daemon.ts';
export type {
  Fields,
  KubeObject,
  LabelSelector,
  ManagedFieldsEntry,
  ObjectMeta,
  OwnerReference,
} from './kube-object.ts';
export type { NodeSpec } from './registry/bootstrap.ts';
export type { KubeRequest, KubeResponse, StreamBody, StreamSink } from './server/http-messages.ts';
export { ObjectStore } from './storage/object-store.ts';
