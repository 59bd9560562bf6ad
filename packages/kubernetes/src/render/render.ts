import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type CallContext,
  type CreateRequest,
  type CreateResult,
  containsSecret,
  type DeleteRequest,
  type PropertyMap,
  type UpdateRequest,
  type UpdateResult,
} from '@radiant/model';
import type { JsonMap } from '../json.ts';
import { fieldManagerOf } from '../kinds/field-manager.ts';
import { formatObjectId, type ObjectName, parseObjectId } from '../kinds/object-id.ts';
import { apiVersionOf, metadataText, type ResourceKind } from '../kinds/resource-kind.ts';
import { isSecretKind } from '../properties/from-json.ts';
import { recordedFieldManager, recordedInitialApiVersion } from '../properties/recorded-state.ts';
import { toJson } from '../properties/to-json.ts';

/**
 * Writes manifests in place of asking a cluster (Pulumi: renderYamlToDirectory): `0-crd` holds what must be applied
 * first, `1-manifest` the rest, one object per file.
 */
export async function renderCreate(
  request: CreateRequest,
  kind: ResourceKind,
  directory: string,
  context: CallContext,
): Promise<CreateResult> {
  const where = placeIn(request.inputs);
  if (request.isPreview) return { id: formatObjectId(where), outputs: request.inputs };
  await writeManifest(directory, kind, where, request.inputs, context);
  const fieldManager = fieldManagerOf(request.urn);
  return { id: formatObjectId(where), outputs: rendered(request.inputs, apiVersionOf(kind), fieldManager) };
}

export async function renderUpdate(
  request: UpdateRequest,
  kind: ResourceKind,
  directory: string,
  context: CallContext,
): Promise<UpdateResult> {
  if (request.isPreview) return { outputs: request.newInputs };
  await writeManifest(directory, kind, placeIn(request.newInputs), request.newInputs, context);
  const fieldManager = recordedFieldManager(request.oldOutputs) ?? fieldManagerOf(request.urn);
  const initialApiVersion = recordedInitialApiVersion(request.oldOutputs, apiVersionOf(kind));
  return { outputs: rendered(request.newInputs, initialApiVersion, fieldManager) };
}

export async function renderDelete(request: DeleteRequest, kind: ResourceKind, directory: string): Promise<void> {
  await rm(manifestPath(directory, kind, parseObjectId(request.id)), { force: true });
}

export function isRendered(id: string, kind: ResourceKind, directory: string): boolean {
  return existsSync(manifestPath(directory, kind, parseObjectId(id)));
}

function rendered(inputs: PropertyMap, initialApiVersion: string, fieldManager: string): PropertyMap {
  return { ...inputs, __inputs: inputs, __initialApiVersion: initialApiVersion, __fieldManager: fieldManager };
}

function placeIn(inputs: PropertyMap): ObjectName {
  return { namespace: metadataText(inputs, 'namespace'), name: metadataText(inputs, 'name') ?? '' };
}

async function writeManifest(
  directory: string,
  kind: ResourceKind,
  where: ObjectName,
  inputs: PropertyMap,
  context: CallContext,
): Promise<void> {
  if (isSecretKind(kind) || containsSecret(inputs))
    context.warn('rendered YAML will contain a secret value in plaintext');
  const path = manifestPath(directory, kind, where);
  await mkdir(join(path, '..'), { recursive: true, mode: 0o700 });
  const text = await yamlText(toJson(inputs, false));
  // A reader never sees half a manifest.
  const partial = `${path}.partial`;
  await writeFile(partial, text, { mode: 0o600 });
  await rename(partial, path);
}

async function yamlText(object: JsonMap): Promise<string> {
  const { stringify } = await import('yaml');
  return stringify(object, { sortMapEntries: true, lineWidth: 0, aliasDuplicateObjects: false, version: '1.1' });
}

function manifestPath(directory: string, kind: ResourceKind, where: ObjectName): string {
  const folder = kind.kind === 'CustomResourceDefinition' ? '0-crd' : '1-manifest';
  const words = [
    apiVersionOf(kind).replaceAll(/[/:]/g, '_'),
    kind.kind.toLowerCase(),
    where.namespace ?? 'default',
    where.name,
  ];
  return join(directory, folder, `${words.map((word) => word.replaceAll(/[/\\]/g, '_')).join('-')}.yaml`);
}
