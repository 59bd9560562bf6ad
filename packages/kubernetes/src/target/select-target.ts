import { existsSync, readFileSync } from 'node:fs';
import { OperationError } from '@radiant/model';
import { textAt } from '../json.ts';
import {
  ambientFiles,
  type FoundKubeconfig,
  KubeconfigError,
  readGivenKubeconfig,
  readKubeconfigFiles,
} from './kubeconfig.ts';
import { embeddedContext, type Target, type TargetSource } from './target.ts';

export interface TargetRequest {
  /** Provider inputs that choose a cluster; empty when not given. */
  readonly kubeconfig: string;
  readonly context: string;
  readonly cluster: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly homeDir: string;
  /** Where a pod finds its service account; a test may have one elsewhere. */
  readonly serviceAccountDir?: string;
}

const defaultServiceAccountDir = '/var/run/secrets/kubernetes.io/serviceaccount';

/**
 * Chooses the cluster, in this order: what the provider was given; RADIANT_CLUSTER; the kubeconfig that kubectl would
 * use; the service account of the pod we run in; the embedded cluster. Reads files only. Throws OperationError for a
 * setting that means nothing.
 */
export async function selectTarget(request: TargetRequest): Promise<Target> {
  const { kubeconfig, context, cluster, env } = request;
  if (context === embeddedContext) return { kind: 'embedded', source: 'provider' };
  if (kubeconfig !== '' || context !== '' || cluster !== '') return fromProvider(request);
  const wanted = env.RADIANT_CLUSTER ?? '';
  if (wanted === embeddedContext) return { kind: 'embedded', source: 'environment' };
  if (wanted !== '')
    throw new OperationError({
      code: 'KUBERNETES_TARGET',
      summary: `RADIANT_CLUSTER is "${wanted}", but "embedded" is all it can be`,
      remedy: `to choose a context of your kubeconfig: radiant config set kubernetes:context ${wanted}`,
    });
  return ambient(request);
}

async function fromProvider(request: TargetRequest): Promise<Target> {
  try {
    const found =
      request.kubeconfig === ''
        ? await readKubeconfigFiles(ambientFiles(request.env, request.homeDir))
        : await readGivenKubeconfig(request.kubeconfig, request.homeDir);
    if (found === undefined)
      return unusable(
        'provider',
        request.context,
        'there is no kubeconfig: neither $KUBECONFIG nor ~/.kube/config exists',
      );
    return resolve(found, 'provider', request.context, request.cluster);
  } catch (error) {
    if (!(error instanceof KubeconfigError)) throw error;
    return unusable('provider', request.context, error.message);
  }
}

async function ambient(request: TargetRequest): Promise<Target> {
  let because = 'no kubeconfig was found';
  try {
    const files = ambientFiles(request.env, request.homeDir);
    const found = await readKubeconfigFiles(files);
    if (found !== undefined) {
      const target = resolve(found, 'kubeconfig', '', '');
      // A context that is named and not there is a slip, and must not end on another cluster.
      if (target.kind === 'cluster' || found.config.currentContext !== '') return target;
      because = `${found.source} has no usable current context`;
    } else if ((request.env.KUBECONFIG ?? '') !== '') because = 'the files in $KUBECONFIG do not exist';
  } catch (error) {
    if (!(error instanceof KubeconfigError)) throw error;
    return unusable('kubeconfig', '', error.message);
  }
  return inCluster(request) ?? { kind: 'embedded', source: 'embedded-default', because };
}

function resolve(found: FoundKubeconfig, source: TargetSource, context: string, clusterOverride: string): Target {
  const { config } = found;
  const contextName = context || config.currentContext;
  const entry = config.contexts.get(contextName);
  if (entry === undefined && (clusterOverride === '' || context !== ''))
    return unusable(source, contextName, missingContext(found, contextName));
  const clusterName = clusterOverride || textAt(entry, 'cluster');
  const cluster = config.clusters.get(clusterName);
  if (cluster === undefined || textAt(cluster, 'server') === '')
    return unusable(source, contextName, `${found.source} has no cluster "${clusterName}" with a server`);
  const userName = textAt(entry, 'user');
  return {
    kind: 'cluster',
    source,
    context: entry === undefined ? '' : contextName,
    clusterName,
    cluster,
    user: config.users.get(userName) ?? {},
    userName,
    namespace: textAt(entry, 'namespace'),
  };
}

function missingContext(found: FoundKubeconfig, name: string): string {
  const known = [...found.config.contexts.keys()].map((context) => `"${context}"`).join(', ');
  const offered = known === '' ? 'it has none' : `it has ${known}`;
  return name === ''
    ? `${found.source} names no current context; ${offered}`
    : `${found.source} has no context "${name}"; ${offered}`;
}

/** The API server of the cluster in which this process is a pod (kubernetes docs: Accessing the API from a Pod). */
function inCluster(request: TargetRequest): Target | undefined {
  const folder = request.serviceAccountDir ?? defaultServiceAccountDir;
  const host = request.env.KUBERNETES_SERVICE_HOST ?? '';
  const port = request.env.KUBERNETES_SERVICE_PORT ?? '443';
  if (host === '' || !existsSync(`${folder}/token`)) return undefined;
  const shownHost = host.includes(':') ? `[${host}]` : host;
  const namespaceFile = `${folder}/namespace`;
  return {
    kind: 'cluster',
    source: 'in-cluster',
    context: '',
    clusterName: 'the cluster this runs in',
    cluster: { server: `https://${shownHost}:${port}`, 'certificate-authority': `${folder}/ca.crt` },
    user: { tokenFile: `${folder}/token` },
    userName: '',
    namespace: existsSync(namespaceFile) ? readFileSync(namespaceFile, 'utf8').trim() : '',
  };
}

function unusable(source: TargetSource, context: string, reason: string): Target {
  return { kind: 'unusable', source, context, reason };
}
