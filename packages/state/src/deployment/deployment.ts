import { createHash } from 'node:crypto';
import type { ResourceState, SecretsManager, SecretsProvider, Snapshot, Urn } from '@radiant/model';
import { type CiphertextMemory, createCiphertextMemory } from './ciphertext-memory.ts';
import type { DeploymentJson, Feature, Json, JsonObject } from './deployment-json.ts';
import { type Envelope, openEnvelope, plainVersion } from './envelope.ts';
import { decodeExtensions, type Extensions, encodeExtensions } from './extensions.ts';
import { optionalList, optionalObject, optionalText, readerOf } from './field-reader.ts';
import { migrateRecords } from './migrate.ts';
import { type DecodingContext, decodePendingOperation, decodeResource } from './resource-decoding.ts';
import { encodePendingOperation, encodeResourceWith } from './resource-encoding.ts';
import { collectCiphertexts, type OpenedSecrets, openSecrets } from './secret-decoding.ts';
import { createEncoder, type EncryptionOptions, type SecretsMode } from './secret-encoding.ts';

/** A manager, or how to come by the one that sealed a state once it is known which that is. */
export type SecretsSource = SecretsManager | ((provider: SecretsProvider | undefined) => Promise<SecretsManager>);

export interface Manifest {
  readonly time?: string | undefined;
  readonly magic?: string | undefined;
  readonly version?: string | undefined;
}

export interface DecodedDeployment {
  readonly snapshot: Snapshot;
  readonly manifest: Manifest;
  /** Which manager sealed its secrets. */
  readonly secretsProvider: SecretsProvider | undefined;
  readonly extensions: Extensions;
  /** Fields of the deployment that this engine only carries, as they were read. */
  readonly carried: JsonObject;
  readonly memory: CiphertextMemory;
}

/** A deployment as `decodeDeployment` reads it. */
export interface ReadDeployment extends DecodedDeployment {
  /** Whether any of its secrets is sealed; an export may have them in the clear. */
  readonly hasSealedSecrets: boolean;
}

/** A deployment without its wrapping: that of a checkpoint and that of an export differ. */
export interface EncodedDeployment {
  /** 4 when `features` has any, else 3. */
  readonly version: number;
  readonly features: readonly Feature[];
  readonly deployment: DeploymentJson;
}

export interface EncodingOptions extends EncryptionOptions {
  readonly mode: SecretsMode;
  /** Of this tool; written into the manifest. */
  readonly toolVersion: string;
  readonly nowMs: number;
  readonly carried?: JsonObject | undefined;
}

/**
 * Writes a snapshot as a deployment. `secrets` is recorded as the stack's manager; see `SecretsMode` for what becomes of
 * the secrets.
 */
export async function encodeDeployment(snapshot: Snapshot, options: EncodingOptions): Promise<EncodedDeployment> {
  const encoder = createEncoder(options.mode, options);
  const resources = snapshot.resources.map((state) => encodeResourceWith(state, encoder));
  const pending = snapshot.pendingOperations.map((operation) => encodePendingOperation(operation, encoder));
  await encoder.settle();
  const { secrets, carried = {} } = options;
  const { metadata, ...otherCarried } = carried;
  if (otherCarried.snippets !== undefined) encoder.features.add('snippets-prototype');
  const features = [...encoder.features].sort();
  const deployment: DeploymentJson = {
    manifest: {
      time: new Date(options.nowMs).toISOString(),
      magic: magicOf(options.toolVersion),
      version: options.toolVersion,
    },
    ...(secrets === undefined ? {} : { secrets_providers: { type: secrets.type, state: secrets.state as JsonObject } }),
    ...(resources.length === 0 ? {} : { resources }),
    ...(pending.length === 0 ? {} : { pending_operations: pending }),
    metadata: clearedMetadata(metadata),
    ...(encoder.extensions.size === 0 ? {} : { extensions: encodeExtensions(encoder.extensions) }),
    ...otherCarried,
  };
  return { version: features.length === 0 ? plainVersion : 4, features, deployment };
}

/** What ties the manifest to its version (Pulumi: Manifest.NewMagic). */
export function magicOf(version: string): string {
  return createHash('sha256').update(version).digest('hex');
}

/** The verdict on an earlier snapshot does not hold for the one being written. */
function clearedMetadata(metadata: Json | undefined): JsonObject {
  const { integrity_error: _verdict, ...rest } = (metadata ?? {}) as JsonObject;
  return rest;
}

/**
 * Reads a deployment of version 1 to 4, wrapped as a checkpoint or an export. Without `secrets`, or with a locked
 * manager, its secrets stay sealed and can only be written back.
 */
export async function decodeDeployment(
  json: unknown,
  options: { readonly source: string; readonly stack: string; readonly secrets?: SecretsSource | undefined },
): Promise<ReadDeployment> {
  const envelope = openEnvelope(json, options.source, options.stack);
  const ciphertexts = new Map<string, string>();
  collectDeploymentCiphertexts(envelope.deployment, ciphertexts);
  const opened = await openCollected(ciphertexts, readSecretsProvider(envelope), options.secrets);
  return { ...decodeEnvelope(envelope, opened), hasSealedSecrets: ciphertexts.size > 0 };
}

/** Opens `ciphertexts` with what `source` gives; asks it for nothing when there is nothing to open. */
export async function openCollected(
  ciphertexts: ReadonlyMap<string, string>,
  provider: SecretsProvider | undefined,
  source: SecretsSource | undefined,
): Promise<OpenedSecrets> {
  const isNeeded = ciphertexts.size > 0;
  const manager = typeof source === 'function' ? (isNeeded ? await source(provider) : undefined) : source;
  return await openSecrets(ciphertexts, provider, manager);
}

export function collectDeploymentCiphertexts(deployment: JsonObject, into: Map<string, string>): void {
  for (const list of [deployment.resources, deployment.pending_operations]) {
    if (!Array.isArray(list)) continue;
    for (const item of list as readonly JsonObject[]) {
      const resource = ((item?.resource ?? item) || {}) as JsonObject;
      collectCiphertexts(resource, String(resource.urn), into);
    }
  }
}

export function readSecretsProvider(envelope: Envelope): SecretsProvider | undefined {
  const reader = readerOf(envelope.deployment, 'deployment', envelope.source);
  const provider = optionalObject(reader, 'secrets_providers');
  const type = optionalText({ ...reader, json: provider, path: 'deployment.secrets_providers' }, 'type');
  if (type === undefined) return undefined;
  return { type, state: optionalObject({ ...reader, json: provider }, 'state') };
}

const ownFields = ['manifest', 'secrets_providers', 'resources', 'pending_operations', 'extensions'];

export function decodeEnvelope(envelope: Envelope, opened: OpenedSecrets): DecodedDeployment {
  const { deployment, source } = envelope;
  const reader = readerOf(deployment, 'deployment', source);
  const memory = createCiphertextMemory();
  const extensions = decodeExtensions(reader);
  const context: DecodingContext = { source, opened, memory, extensions };
  const list = optionalList(reader, 'resources');
  const decoded = list.map((item, index) => decodeResource(item, `deployment.resources[${index}]`, context));
  const resources = migrateRecords(envelope.version, settleAliases(list, decoded));
  const pendingOperations = optionalList(reader, 'pending_operations').map((item, index) =>
    decodePendingOperation(item, `deployment.pending_operations[${index}]`, context),
  );
  return {
    snapshot: { resources, pendingOperations },
    manifest: readManifest(envelope),
    secretsProvider: readSecretsProvider(envelope),
    extensions,
    carried: Object.fromEntries(Object.entries(deployment).filter(([field]) => !ownFields.includes(field))),
    memory,
  };
}

export function readManifest(envelope: Envelope): Manifest {
  const reader = readerOf(envelope.deployment, 'deployment', envelope.source);
  const manifest = { ...reader, json: optionalObject(reader, 'manifest'), path: 'deployment.manifest' };
  return {
    time: optionalText(manifest, 'time'),
    magic: optionalText(manifest, 'magic'),
    version: optionalText(manifest, 'version'),
  };
}

/** Older files let a resource be referred to by names it had before; the references become its present one. */
function settleAliases(list: readonly Json[], states: readonly ResourceState[]): readonly ResourceState[] {
  const renamed = new Map<string, Urn>();
  list.forEach((item, index) => {
    const { aliases } = item as JsonObject;
    if (Array.isArray(aliases)) for (const alias of aliases) renamed.set(String(alias), states[index]!.urn);
  });
  for (const state of states) renamed.delete(state.urn);
  if (renamed.size === 0) return states;
  const rename = <T extends string>(urn: T): T => (renamed.get(urn) as T | undefined) ?? urn;
  const renameProvider = (reference: string) => {
    const cut = reference.lastIndexOf('::');
    return cut < 0 ? reference : rename(reference.slice(0, cut)) + reference.slice(cut);
  };
  return states.map((state) => ({
    ...state,
    ...(state.parent === undefined ? {} : { parent: rename(state.parent) }),
    ...(state.deletedWith === undefined ? {} : { deletedWith: rename(state.deletedWith) }),
    provider: renameProvider(state.provider),
    dependencies: state.dependencies.map(rename),
    replaceWith: state.replaceWith.map(rename),
    propertyDependencies: Object.fromEntries(
      Object.entries(state.propertyDependencies).map(([key, urns]) => [key, urns.map(rename)]),
    ),
  }));
}
