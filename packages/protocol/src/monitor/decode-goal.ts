import { type Alias, type Goal, type GoalKind, type PropertyMap, setOwn, type Urn } from '@radiant/model';
import { hashAssets } from '../assets/hash-assets.ts';
import type { Callbacks } from '../callbacks/callbacks.ts';
import type { Alias as WireAlias } from '../messages/common-messages.ts';
import type { RegisterResourceRequest } from '../messages/resource-messages.ts';
import { readProperties, readPropertyValue } from '../properties/read-properties.ts';
import { type Caller, RpcError, statusCodes } from '../rpc/unary-service.ts';
import { decodeAlias, decodeCustomTimeouts, decodeHooks, decodePlugin, toRecord } from './decode-options.ts';
import type { SourcePositions } from './source-positions.ts';
import { decodeUrnLists } from './urn-lists.ts';
import type { UrnPool } from './urn-pool.ts';

/** What decoding leans on, for all calls of one program. */
export interface Decoding {
  readonly callbacks: Callbacks;
  readonly urns: UrnPool;
  readonly positions: SourcePositions;
  /** Where relative paths of assets start. */
  readonly programDirectory: string;
}

/**
 * The resource that a program declares. Throws RpcError or PropertyError for what cannot be one. Files of assets are
 * read to hash them.
 */
export async function decodeGoal(request: RegisterResourceRequest, caller: Caller, decoding: Decoding): Promise<Goal> {
  const { urns, positions, callbacks } = decoding;
  refuseMigrations(request);
  const kind = goalKind(request);
  const dependencies = new Set(urns.list(request.dependencies, 'dependency'));
  const fromOutputs = new Map<string, Urn[]>();
  const inputs = await decodeInputs(request, kind, decoding, fromOutputs);
  const propertyDependencies = decodePropertyDependencies(request, kind, inputs, urns);
  for (const [property, found] of fromOutputs) {
    const known = Object.hasOwn(propertyDependencies, property) ? propertyDependencies[property]! : [];
    setOwn(propertyDependencies, property, [...new Set([...known, ...found])]);
    for (const urn of found) dependencies.add(urn);
  }
  return {
    kind,
    type: resourceType(request.type, kind !== 'component'),
    name: request.name,
    inputs,
    parent: urns.optional(request.parent, 'parent'),
    provider: request.provider || undefined,
    providers: toRecord(request.providers, (reference) => reference),
    plugin: { ...decodePlugin(request), packageRef: request.packageRef || undefined },
    dependencies: [...dependencies],
    propertyDependencies,
    aliases: decodeAliases(request, caller, urns),
    protect: request.protect,
    retainOnDelete: request.retainOnDelete,
    deletedWith: urns.optional(request.deletedWith, 'deletedWith'),
    replaceWith: urns.list(request.replaceWith, 'replaceWith'),
    replacementTrigger:
      request.replacementTrigger === undefined
        ? undefined
        : (readPropertyValue(request.replacementTrigger) ?? undefined),
    deleteBeforeReplace:
      request.deleteBeforeReplace || request.deleteBeforeReplaceDefined ? request.deleteBeforeReplace : undefined,
    ignoreChanges: request.ignoreChanges,
    replaceOnChanges: request.replaceOnChanges,
    hideDiffs: request.hideDiffs,
    additionalSecretOutputs: request.additionalSecretOutputs,
    customTimeouts: decodeCustomTimeouts(request.customTimeouts),
    importId: request.importId || undefined,
    hooks: decodeHooks(request.hooks),
    envVarMappings: toRecord(request.envVarMappings, (name) => name),
    transforms:
      request.transforms.length === 0
        ? undefined
        : request.transforms.map((callback) => callbacks.resourceTransform(callback)),
    sourcePosition: positions.position(request.sourcePosition),
    stackTrace: positions.frames(request.stackTrace),
  };
}

/**
 * The types of components are free, those of all others name the package that serves them. Pulumi refuses a type of two
 * parts, too; one whose middle is empty it takes, and cannot find again in its URN (tokens.ParseTypeToken).
 */
export function resourceType(type: string, isToken: boolean): string {
  const parts = type.split(':');
  if (!isToken || (parts.length >= 3 && !parts.includes(''))) return type;
  throw new RpcError(
    statusCodes.invalidArgument,
    `Type '${type}' is not a valid type token (must have format '*:*:*')`,
  );
}

/** SDKs do not send what is not announced; one that does must not be led to believe that it was heeded. */
function refuseMigrations({ name, stateMigrations }: RegisterResourceRequest): void {
  if (stateMigrations.length > 0)
    throw new RpcError(statusCodes.unimplemented, `the option "stateMigrations" of ${name} is not supported`);
}

function goalKind(request: RegisterResourceRequest): GoalKind {
  if (request.remote) return 'remote';
  return request.custom ? 'custom' : 'component';
}

async function decodeInputs(
  request: RegisterResourceRequest,
  kind: GoalKind,
  { programDirectory }: Decoding,
  fromOutputs: Map<string, Urn[]>,
): Promise<PropertyMap> {
  const inputs =
    kind === 'remote'
      ? readProperties(request.object, { outputs: 'upgrade' })
      : readProperties(request.object, {
          outputs: 'lower',
          onDependencies: ([property], urns) => {
            const name = String(property);
            fromOutputs.set(name, [...(fromOutputs.get(name) ?? []), ...urns]);
          },
        });
  return hashAssets(inputs, programDirectory);
}

function decodePropertyDependencies(
  request: RegisterResourceRequest,
  kind: GoalKind,
  inputs: PropertyMap,
  urns: UrnPool,
): Record<string, readonly Urn[]> {
  if (request.propertyDependencies.size > 0 || kind === 'remote')
    return decodeUrnLists(request.propertyDependencies, urns, 'property dependency');
  // A program that does not say which property needs what needs everything for each (Pulumi: RegisterResource).
  const all = urns.list(request.dependencies, 'dependency');
  const result: Record<string, readonly Urn[]> = {};
  for (const key of Object.keys(inputs)) setOwn(result, key, all);
  return result;
}

function decodeAliases(request: RegisterResourceRequest, caller: Caller, urns: UrnPool): readonly Alias[] {
  const plain = request.aliasUrns.map((urn): Alias => ({ kind: 'urn', urn: urns.required(urn, 'alias') }));
  const told = caller.isNodejs && !request.aliasSpecs ? request.aliases.map(withParentMeant) : request.aliases;
  return plain.concat(told.map((alias) => decodeAlias(alias, urns)));
}

/**
 * Node.js SDKs that do not announce `aliasSpecs` leave out that an alias has no parent, and say it of those that have the
 * parent of the resource (Pulumi: transformAliasForNodeJSCompat).
 */
function withParentMeant(alias: WireAlias): WireAlias {
  const { spec } = alias;
  return spec === undefined || spec.parentUrn ? alias : { ...alias, spec: { ...spec, noParent: !spec.noParent } };
}
