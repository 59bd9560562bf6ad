import {
  type CheckFailure,
  type CheckRequest,
  type CheckResult,
  type DetailedDiff,
  type DiffRequest,
  type DiffResult,
  type PropertyMap,
  type PropertyValue,
  propertyEquals,
  Secret,
  Unknown,
  urnName,
} from '@radiant/model';
import type { JsonMap } from './json.ts';
import { type Environment, optionText, readProviderOptions } from './provider-options.ts';
import { type ClusterIdentity, isSameCluster, recalledIdentity } from './target/identity.ts';

/** The inputs that choose a cluster. */
export const choosingInputs = ['kubeconfig', 'context', 'cluster'] as const;

/** Refuses provider inputs that contradict each other (Pulumi: CheckConfig of the Kubernetes provider). */
export function checkProviderConfig(request: CheckRequest, env: Environment): CheckResult {
  const inputs = request.newInputs;
  const options = readProviderOptions(inputs, env);
  const failures: CheckFailure[] = [];
  if (options.renderYamlToDirectory !== '') {
    for (const name of choosingInputs) {
      const value = optionText(inputs[name]);
      if (value !== '' && !(name === 'kubeconfig' && value === env.KUBECONFIG))
        failures.push({ property: name, reason: `"${name}" arg is not compatible with "renderYamlToDirectory" arg` });
    }
  } else if (options.alwaysRender)
    failures.push({ property: 'alwaysRender', reason: '"alwaysRender" requires "renderYamlToDirectory" to be set' });
  const isDefault = /^default(_|$)/.test(urnName(request.urn));
  if (options.strictMode && isDefault)
    failures.push({ property: 'strictMode', reason: 'strict mode prohibits default provider' });
  else if (options.strictMode)
    for (const name of ['kubeconfig', 'context'] as const)
      if (inputs[name] === undefined)
        failures.push({ property: name, reason: `strict mode requires the provider argument "${name}"` });
  if (!options.enableServerSideApply)
    failures.push({
      property: 'enableServerSideApply',
      reason:
        'objects are always changed by server-side apply here; remove enableServerSideApply: false (or PULUMI_K8S_ENABLE_SERVER_SIDE_APPLY)',
    });
  return { inputs, failures };
}

/** How to learn what a set of provider inputs leads to. */
export interface ConfigLookup {
  /** Undefined when the cluster does not answer. */
  identify(inputs: PropertyMap): Promise<ClusterIdentity | undefined>;
  /** The cluster's entry in the kubeconfig; undefined when none is found. */
  clusterEntry(inputs: PropertyMap): Promise<JsonMap | undefined>;
}

/**
 * Whether changed provider inputs lead to another cluster, which would make everything anew. A rotated credential, a
 * renamed context or a moved server do not: what counts is the UID of the namespace kube-system, and only where that
 * cannot be learned the entry in the kubeconfig.
 */
export async function diffProviderConfig(request: DiffRequest, lookup: ConfigLookup): Promise<DiffResult> {
  const { oldInputs, newInputs } = request;
  const names = new Set([...Object.keys(oldInputs), ...Object.keys(newInputs)]);
  const changed = [...names].filter((name) => !isSame(oldInputs[name], newInputs[name]));
  if (changed.length === 0) return { kind: 'none' };
  const replaceKeys = await replacingInputs(request, changed, lookup);
  const detailedDiff: Record<string, DetailedDiff[string]> = {};
  for (const name of changed) {
    const what = oldInputs[name] === undefined ? 'add' : newInputs[name] === undefined ? 'delete' : 'update';
    detailedDiff[name] = { kind: replaceKeys.includes(name) ? `${what}-replace` : what, isInputDiff: true };
  }
  return { kind: 'some', replaceKeys, deleteBeforeReplace: false, diffs: changed, detailedDiff };
}

async function replacingInputs(
  request: DiffRequest,
  changed: readonly string[],
  lookup: ConfigLookup,
): Promise<readonly string[]> {
  const { oldInputs, newInputs, oldOutputs } = request;
  const before = optionText(oldInputs.clusterIdentifier);
  const after = optionText(newInputs.clusterIdentifier);
  if (before !== '' && after !== '') return before === after ? [] : ['clusterIdentifier'];
  if (changed.includes('renderYamlToDirectory')) return ['renderYamlToDirectory'];
  const choosing = changed.filter((name) => (choosingInputs as readonly string[]).includes(name));
  // What is not known yet may well lead to the same cluster; the real run will know.
  if (choosing.length === 0 || choosing.some((name) => open(newInputs[name]) instanceof Unknown)) return [];
  const recalled = recalledIdentity(oldOutputs);
  const now = recalled === undefined ? undefined : await lookup.identify(newInputs);
  if (recalled !== undefined && recalled.uid !== '' && now !== undefined && now.uid !== '')
    return isSameCluster(recalled, now) ? [] : choosing;
  const [oldEntry, newEntry] = [await lookup.clusterEntry(oldInputs), await lookup.clusterEntry(newInputs)];
  if (oldEntry === undefined || newEntry === undefined) return [];
  return propertyEquals(oldEntry as PropertyMap, newEntry as PropertyMap) ? [] : choosing;
}

function isSame(a: PropertyValue | undefined, b: PropertyValue | undefined): boolean {
  const [left, right] = [open(a), open(b)];
  if (left === undefined || right === undefined) return left === right;
  return propertyEquals(left, right);
}

function open(value: PropertyValue | undefined): PropertyValue | undefined {
  return value instanceof Secret ? value.value : value;
}
