import { type PropertyMap, type PropertyValue, revealSecrets, Secret, Unknown } from '@radiant/model';

/** The provider's own inputs and their environment variables, read (Pulumi: kubernetes provider configuration). */
export interface ProviderOptions {
  readonly kubeconfig: string;
  readonly context: string;
  readonly cluster: string;
  readonly namespace: string;
  readonly clusterIdentifier: string;
  readonly deleteUnreachable: boolean;
  readonly skipUpdateUnreachable: boolean;
  readonly enableServerSideApply: boolean;
  readonly enablePatchForce: boolean;
  readonly upsertExistingObjects: boolean;
  readonly enableConfigMapMutable: boolean;
  readonly enableSecretMutable: boolean;
  readonly renderYamlToDirectory: string;
  readonly alwaysRender: boolean;
  readonly strictMode: boolean;
  /** Undefined: the default of the connection. */
  readonly answerTimeoutSeconds: number | undefined;
}

export type Environment = Readonly<Record<string, string | undefined>>;

export function readProviderOptions(inputs: PropertyMap, env: Environment): ProviderOptions {
  const text = (name: string): string => optionText(inputs[name]);
  const flag = (name: string, variable: string | undefined, otherwise: boolean): boolean => {
    const stated = text(name) || (variable === undefined ? '' : (env[variable] ?? ''));
    return stated === '' ? otherwise : /^(1|t|true)$/i.test(stated);
  };
  return {
    kubeconfig: text('kubeconfig'),
    context: text('context'),
    cluster: text('cluster'),
    namespace: text('namespace'),
    clusterIdentifier: text('clusterIdentifier'),
    deleteUnreachable: flag('deleteUnreachable', 'PULUMI_K8S_DELETE_UNREACHABLE', false),
    skipUpdateUnreachable: flag('skipUpdateUnreachable', 'PULUMI_K8S_SKIP_UPDATE_UNREACHABLE', false),
    enableServerSideApply: flag('enableServerSideApply', 'PULUMI_K8S_ENABLE_SERVER_SIDE_APPLY', true),
    enablePatchForce: flag('enablePatchForce', 'PULUMI_K8S_ENABLE_PATCH_FORCE', false),
    upsertExistingObjects: flag('upsertExistingObjects', 'PULUMI_K8S_UPSERT_EXISTING_OBJECTS', false),
    enableConfigMapMutable: flag('enableConfigMapMutable', 'PULUMI_K8S_ENABLE_CONFIGMAP_MUTABLE', false),
    enableSecretMutable: flag('enableSecretMutable', 'PULUMI_K8S_ENABLE_SECRET_MUTABLE', false),
    renderYamlToDirectory: text('renderYamlToDirectory'),
    alwaysRender: flag('alwaysRender', undefined, false),
    strictMode: flag('strictMode', undefined, false),
    answerTimeoutSeconds: clientTimeout(text('kubeClientSettings'), env),
  };
}

/** Settings come as text, objects among them as JSON text; a kubeconfig may also be an object itself. */
export function optionText(value: PropertyValue | undefined): string {
  const inner = value instanceof Secret ? value.value : value;
  if (inner === undefined || inner === null || inner instanceof Unknown) return '';
  if (typeof inner === 'string') return inner;
  if (typeof inner === 'object') return JSON.stringify(revealSecrets(inner));
  return String(inner);
}

function clientTimeout(settings: string, env: Environment): number | undefined {
  let stated: unknown = env.PULUMI_K8S_CLIENT_TIMEOUT;
  try {
    if (settings !== '') stated = (JSON.parse(settings) as { timeout?: unknown }).timeout ?? stated;
  } catch {
    // Not JSON: then it states no timeout. Its other fields limit a client that ours is not.
  }
  const seconds = Number(stated);
  return Number.isFinite(seconds) && seconds > 0 ? seconds : undefined;
}
