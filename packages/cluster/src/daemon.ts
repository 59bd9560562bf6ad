/**
 * The light way in, for programs that only start the embedded cluster and speak to it over HTTPS: the control plane itself is loaded by
 * `serve` alone.
 */
export { readIdentity, type ServeMode, type ServerStatus } from './process/cluster-files.ts';
export {
  type ClusterDaemon,
  clusterDaemon,
  type EnsureRunningOptions,
  type RunningCluster,
  type SpawnCommand,
} from './process/daemon.ts';
export { contextName } from './process/kubeconfig.ts';
export type { ServeOptions, ServeOutcome } from './process/serve.ts';
