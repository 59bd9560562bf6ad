import {
  Archive,
  Asset,
  type CheckFailure,
  type CheckRequest,
  type CheckResult,
  isPropertyMap,
  type PropertyMap,
  type PropertyValue,
  Secret,
  someProperty,
  Unknown,
} from '@radiant/model';
import { annotationIn, annotations } from '../kinds/annotations.ts';
import { isBuiltinList } from '../kinds/builtin-kinds.ts';
import { metadataText, type ResourceKind } from '../kinds/resource-kind.ts';
import { isSecretKind, withSecretData } from '../properties/from-json.ts';
import { automaticName } from './naming.ts';
import { mergeStringData } from './string-data.ts';

/** What checking needs to know of the place where the object will be. */
export interface CheckSurroundings {
  /** Undefined: nobody knows yet, and it is taken for namespaced. */
  isNamespaced(kind: ResourceKind): Promise<boolean | undefined>;
  readonly defaultNamespace: string;
  /** `generateName` has no place where objects are applied, and none in rendered files. */
  readonly renders: boolean;
}

const serverFields = [
  'creationTimestamp',
  'deletionGracePeriodSeconds',
  'deletionTimestamp',
  'generation',
  'managedFields',
  'resourceVersion',
  'selfLink',
  'uid',
];

/**
 * Completes inputs with what identifies the object: a name, a namespace (Pulumi: Check of the Kubernetes provider).
 * Nothing else that the user wrote is rewritten, save for `stringData`, which the server never shows again.
 */
export async function checkResource(
  request: CheckRequest,
  kind: ResourceKind,
  surroundings: CheckSurroundings,
): Promise<CheckResult> {
  const refused = refuse(request, kind, surroundings);
  if (refused.length > 0) return { inputs: request.newInputs, failures: refused };
  const warnings: string[] = [];
  if (annotationIn(request.newInputs, annotations.autonamed) !== undefined)
    warnings.push(
      `the annotation ${annotations.autonamed} is set by the provider; setting it changes how the object is replaced`,
    );
  if (kind.kind !== 'Job' && annotationIn(request.newInputs, annotations.replaceUnready) !== undefined)
    warnings.push(`the annotation ${annotations.replaceUnready} has a meaning for a Job only`);
  if (hasHelmHook(request.newInputs))
    warnings.push(
      'it is a Helm hook (annotation helm.sh/hook), which is made like any other object, not run as a hook',
    );
  let inputs = editMetadata(request.newInputs, (metadata) => without(metadata, serverFields));
  if (kind.role === 'object') inputs = named(request, inputs);
  if ((await surroundings.isNamespaced(kind)) !== false) inputs = placed(inputs, surroundings.defaultNamespace);
  if (isSecretKind(kind)) inputs = withSecretData(mergeStringData(inputs));
  if (kind.kind === 'CustomResourceDefinition') inputs = without(inputs, ['status']);
  return { inputs, failures: [], warnings };
}

function refuse(request: CheckRequest, kind: ResourceKind, surroundings: CheckSurroundings): CheckFailure[] {
  const failures: CheckFailure[] = [];
  const inputs = request.newInputs;
  if (isBuiltinList(kind))
    failures.push({
      property: '',
      reason:
        'list resources exist for compatibility with YAML manifests and Helm charts, and cannot be created directly. Use the underlying resource type instead',
    });
  const metadata = open(inputs.metadata);
  if (metadata !== undefined && metadata !== null && !isPropertyMap(metadata) && !(metadata instanceof Unknown))
    failures.push({ property: 'metadata', reason: 'metadata must be an object' });
  else if (kind.role === 'patch' && metadataText(inputs, 'name') === undefined && !hasUnknownName(metadata))
    failures.push({
      property: 'metadata.name',
      reason: 'a Patch resource must name the object that it patches: set metadata.name',
    });
  else if (metadataText(inputs, 'generateName') !== undefined)
    failures.push({
      property: 'metadata.generateName',
      reason: surroundings.renders
        ? 'the `.metadata.generateName` field is not supported when YAML is rendered; set metadata.name'
        : 'the `.metadata.generateName` field is not supported in Server-Side Apply mode; set metadata.name, or leave both out for a generated name',
    });
  else if (kind.role === 'object' && !isNamed(inputs) && lacksName(request))
    failures.push({
      property: '',
      reason: 'autonaming is disabled, resource requires the .metadata.name field to be set',
    });
  if (someProperty(inputs, (value) => value instanceof Asset || value instanceof Archive))
    failures.push({
      property: '',
      reason:
        'an asset or archive cannot be part of a Kubernetes object; read the file in the program and pass its text',
    });
  return failures;
}

function hasUnknownName(metadata: PropertyValue | undefined): boolean {
  return metadata instanceof Unknown || (isPropertyMap(metadata) && open(metadata.name) instanceof Unknown);
}

function lacksName(request: CheckRequest): boolean {
  return request.autonaming?.mode === 'disable' && automaticName(request) === undefined;
}

/** Whether the program names it, or will. */
function isNamed(inputs: PropertyMap): boolean {
  return hasUnknownName(open(inputs.metadata)) || metadataText(inputs, 'name') !== undefined;
}

function hasHelmHook(inputs: PropertyMap): boolean {
  return annotationIn(inputs, 'helm.sh/hook') !== undefined;
}

function named(request: CheckRequest, inputs: PropertyMap): PropertyMap {
  if (isNamed(inputs)) return inputs;
  const name = automaticName(request);
  // Without a name it was refused.
  if (name === undefined) return inputs;
  return editMetadata(inputs, (fields) => ({
    ...fields,
    name,
    annotations: editMap(fields.annotations, (all) => ({ ...all, [annotations.autonamed]: 'true' })),
  }));
}

function placed(inputs: PropertyMap, namespace: string): PropertyMap {
  return editMetadata(inputs, (metadata) => {
    const stated = open(metadata.namespace);
    return stated === undefined || stated === null || stated === '' ? { ...metadata, namespace } : metadata;
  });
}

function editMetadata(inputs: PropertyMap, edit: (metadata: PropertyMap) => PropertyMap): PropertyMap {
  const metadata = editMap(inputs.metadata, edit);
  return metadata === inputs.metadata ? inputs : { ...inputs, metadata };
}

/** Edits a map where it is known; what was secret stays secret. */
function editMap(value: PropertyValue | undefined, edit: (map: PropertyMap) => PropertyMap): PropertyValue {
  if (value instanceof Secret) return new Secret(editMap(value.value, edit));
  if (value === undefined || value === null) return edit({});
  return isPropertyMap(value) ? edit(value) : value;
}

function without(map: PropertyMap, fields: readonly string[]): PropertyMap {
  if (!fields.some((field) => Object.hasOwn(map, field))) return map;
  return Object.fromEntries(Object.entries(map).filter(([key]) => !fields.includes(key)));
}

function open(value: PropertyValue | undefined): PropertyValue | undefined {
  return value instanceof Secret ? value.value : value;
}
