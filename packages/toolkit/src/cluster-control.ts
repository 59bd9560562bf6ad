import { clusterDaemon, readIdentity, type ServerStatus } from '@radiant/cluster/daemon';
import { OperationError } from '@radiant/model';
import type { ClusterControl, ClusterStatus, Home, WorkspaceOptions } from './api.ts';
import type { Environment } from './home.ts';
import { engineVersion } from './version.ts';
import { whenSlow } from './when-slow.ts';

/** How the Kubernetes provider reaches the embedded cluster. */
export interface EmbeddedCluster {
  ensureRunning(): Promise<{ readonly server: string; readonly caPem: string; readonly token: string }>;
}

/** What the cluster's process inherits: it outlives the command, so nothing of the command's own, secrets above all. */
const inheritedVariables = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'RADIANT_HOME', 'PULUMI_HOME', 'NODE_OPTIONS'];

export function createClusterControl(
  home: Home,
  env: Environment,
  relaunch: WorkspaceOptions['relaunch'],
  notice: (line: string) => void,
): ClusterControl & { readonly embedded: EmbeddedCluster } {
  const daemon = clusterDaemon(home.clusterDir);
  const spawn = {
    command: relaunch.command,
    args: [...relaunch.args, 'cluster', 'serve', '--background'],
    env: Object.fromEntries(
      inheritedVariables.filter((name) => env[name] !== undefined).map((name) => [name, env[name]!]),
    ),
  };
  const ensure = () =>
    told('CLUSTER_NOT_STARTED', () =>
      whenSlow(daemon.ensureRunning({ spawn, version: engineVersion }), () => notice('Starting the embedded cluster')),
    );

  return {
    async start() {
      return describe((await ensure()).status);
    },
    async serve({ signal, background = false, onReady }) {
      const serve = () =>
        daemon.serve({
          mode: background ? 'background' : 'foreground',
          version: engineVersion,
          signal,
          onReady: async () => {
            const status = await daemon.status();
            if (status !== undefined) onReady?.(describe(status));
          },
        });
      await told('CLUSTER_NOT_SERVED', serve);
    },
    stop: () => told('CLUSTER_NOT_STOPPED', () => daemon.stop()),
    async status() {
      const status = await daemon.status();
      return status === undefined
        ? { kind: 'stopped', hasData: daemon.readKubeconfig() !== undefined }
        : describe(status);
    },
    reset: () => told('CLUSTER_NOT_RESET', () => daemon.reset()),
    async kubeconfig() {
      await ensure();
      return daemon.readKubeconfig()!;
    },
    embedded: {
      async ensureRunning() {
        const { url } = await ensure();
        const identity = readIdentity(daemon.files)!;
        return { server: url, caPem: identity.caPem, token: identity.token };
      },
    },
  };
}

/** What the cluster's process says is for the user: another one serves, its folder cannot be written. */
async function told<T>(code: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const remedy = 'See how it is:\n    radiant cluster status';
    throw new OperationError({ code, summary: (error as Error).message, remedy, cause: error });
  }
}

function describe(status: ServerStatus): ClusterStatus {
  return {
    kind: 'running',
    pid: status.pid,
    server: `https://127.0.0.1:${status.port}`,
    startedAt: new Date(status.startedAt),
    isForeground: status.mode === 'foreground',
  };
}
