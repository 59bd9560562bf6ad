import { type ConfigureRequest, OperationError, urnName } from '@radiant/model';
import { type ClusterIdentity, isSameCluster } from './identity.ts';
import { embeddedContext } from './target.ts';

/**
 * Stops when the provider leads to another cluster than the one its resources were deployed to, although nothing in the
 * program or the stack's configuration asked for that. Throws OperationError CLUSTER_CHANGED.
 */
export function refuseChangedCluster(
  request: ConfigureRequest,
  recorded: ClusterIdentity,
  now: ClusterIdentity,
  nowWords: string,
): void {
  if (isSameCluster(recorded, now) === true) return;
  throw new OperationError({
    code: 'CLUSTER_CHANGED',
    urn: request.urn,
    summary: `these resources live in ${identityWords(recorded)}, but now ${nowWords} is chosen`,
    detail: [`  recorded: ${facts(recorded)}`, `  chosen:   ${facts(now)}`, 'Nothing was read or changed.'].join('\n'),
    remedy: remedies(recorded, now, request).join('\n'),
  });
}

function remedies(recorded: ClusterIdentity, now: ClusterIdentity, request: ConfigureRequest): string[] {
  const isSameChoice = recorded.context === now.context && recorded.server === now.server;
  const identified = `radiant config set kubernetes:clusterIdentifier ${now.uid || 'NAME'}`;
  const reset = `if it is the same cluster, made anew or restored: ${identified}`;
  if (isSameChoice) return [reset];
  return [
    `to work on the recorded one: ${lineThatChooses(recorded, request)}`,
    `to move to the other one on purpose: ${lineThatMovesTo(now, recorded, request)}`,
    reset,
  ];
}

function identityWords(identity: ClusterIdentity): string {
  if (identity.context === embeddedContext) return `the embedded cluster (${identity.server})`;
  return identity.context === '' ? `the cluster at ${identity.server}` : `the cluster of context "${identity.context}"`;
}

function facts(identity: ClusterIdentity): string {
  const context = identity.context === '' ? 'no context' : `context "${identity.context}"`;
  return `${context}, server ${identity.server}, uid ${identity.uid === '' ? 'not known' : identity.uid}`;
}

/** A kubeconfig of another embedded cluster has the reserved context name too, which would choose the one of this home. */
function lineThatMovesTo(now: ClusterIdentity, recorded: ClusterIdentity, request: ConfigureRequest): string {
  const isAmbiguous = now.context === recorded.context || now.context === embeddedContext;
  if (now.source === 'kubeconfig' && isAmbiguous) return 'radiant config set kubernetes:kubeconfig FILE';
  return lineThatChooses(now, request);
}

function lineThatChooses(identity: ClusterIdentity, request: ConfigureRequest): string {
  const name = urnName(request.urn);
  const isDefault = /^default(_|$)/.test(name);
  const isReserved = identity.source === 'kubeconfig' && identity.context === embeddedContext;
  if (identity.context === '' || isReserved)
    return `set KUBECONFIG to a file whose current context leads to ${identity.server}`;
  return isDefault
    ? `radiant config set kubernetes:context ${identity.context}`
    : `give the provider "${name}" the argument context: "${identity.context}"`;
}
