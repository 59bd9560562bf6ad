import {
  type DetailedDiff,
  type DiffKind,
  type DiffRequest,
  type DiffResult,
  formatPropertyPath,
  isPropertyMap,
  type PropertyMap,
  type PropertyPath,
  parsePropertyPath,
  pathContains,
  Secret,
} from '@radiant/model';
import { isAutonamed } from '../kinds/annotations.ts';
import { metadataText, type ResourceKind } from '../kinds/resource-kind.ts';
import { type Change, compareProperties } from './compare.ts';
import { forcesReplacement } from './replacement.ts';

export interface DiffOptions {
  readonly mutableConfigMaps: boolean;
  readonly mutableSecrets: boolean;
  /** Undefined: not known, and taken for namespaced. */
  readonly isNamespaced: boolean | undefined;
  /** Reports an update even where nothing differs, so that a file is written again. */
  readonly alwaysUpdates: boolean;
}

/**
 * Compares what was asked for last with what is asked for now; the cluster is not asked (Pulumi: Diff of the Kubernetes
 * provider). A difference that the API server would refuse on the existing object is a replacement.
 */
export function diffResource(request: DiffRequest, kind: ResourceKind, options: DiffOptions): DiffResult {
  const olds = withNamespace(request.oldInputs, options.isNamespaced);
  const news = withNamespace(request.newInputs, options.isNamespaced);
  const ignored = request.ignoreChanges.map(parsePropertyPath).filter((path) => path !== undefined);
  const changes = compareProperties(kind, olds, news).filter((change) => !isIgnored(change, ignored));
  const deleteBeforeReplace = keepsName(request.oldInputs, request.newInputs, options.isNamespaced);
  if (changes.length === 0) {
    if (!options.alwaysUpdates) return { kind: 'none' };
    return { kind: 'some', replaceKeys: [], deleteBeforeReplace, diffs: [], detailedDiff: {} };
  }
  const context = { ...options, kind, olds, news };
  const replaceKeys: string[] = [];
  const detailedDiff: Record<string, DetailedDiff[string]> = {};
  for (const change of changes) {
    const path = formatPropertyPath(change.path);
    const replaces = forcesReplacement(change, context);
    if (replaces) replaceKeys.push(path);
    const suffix = replaces ? '-replace' : '';
    detailedDiff[path] = { kind: `${change.kind}${suffix}` as DiffKind, isInputDiff: false };
  }
  return {
    kind: 'some',
    replaceKeys,
    deleteBeforeReplace,
    diffs: [...new Set(changes.map((change) => String(change.path[0])))],
    detailedDiff,
  };
}

/** Whether a replacement would have the name of what it replaces, and so can only come after it. */
export function keepsName(oldInputs: PropertyMap, newInputs: PropertyMap, isNamespaced: boolean | undefined): boolean {
  const news = withNamespace(newInputs, isNamespaced);
  return isSameObject(withNamespace(oldInputs, isNamespaced), news) && !isAutonamed(news);
}

function isIgnored(change: Change, ignored: readonly PropertyPath[]): boolean {
  return ignored.some((path) => pathContains(path, change.path));
}

function isSameObject(olds: PropertyMap, news: PropertyMap): boolean {
  const name = metadataText(news, 'name');
  return (
    name !== undefined &&
    name === metadataText(olds, 'name') &&
    metadataText(olds, 'namespace') === metadataText(news, 'namespace')
  );
}

/** No namespace means `default` for namespaced kinds and nothing at all for others. */
function withNamespace(inputs: PropertyMap, isNamespaced: boolean | undefined): PropertyMap {
  const metadata = inputs.metadata instanceof Secret ? inputs.metadata.value : inputs.metadata;
  if (!isPropertyMap(metadata)) return inputs;
  if (isNamespaced === false) {
    const { namespace: _, ...rest } = metadata;
    return { ...inputs, metadata: rest };
  }
  const stated = metadata.namespace instanceof Secret ? metadata.namespace.value : metadata.namespace;
  const isAbsent = stated === undefined || stated === null || stated === '';
  return isAbsent ? { ...inputs, metadata: { ...metadata, namespace: 'default' } } : inputs;
}
