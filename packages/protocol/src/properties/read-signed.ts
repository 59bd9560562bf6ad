import {
  Archive,
  type ArchiveContent,
  Asset,
  type AssetContent,
  isPropertyList,
  isPropertyMap,
  isUrn,
  OutputValue,
  type PropertyMap,
  type PropertyPath,
  type PropertyValue,
  ResourceReference,
  Secret,
  setOwn,
  Unknown,
  type Urn,
} from '@radiant/model';
import { PropertyError } from './property-error.ts';
import { signatureKey, signatures } from './signatures.ts';

/** What becomes of the values that not every reader wants. */
export interface ReadOptions {
  /** Default `keep`. `reveal` leaves the value alone. */
  readonly secrets?: 'keep' | 'reveal';
  /** Default `keep`. `lower` leaves the id, or the URN of a component. */
  readonly resources?: 'keep' | 'lower';
  /**
   * Default `lower`: Unknown, Secret or the plain value. `upgrade` keeps output values and makes one of every secret and
   * unknown that is none.
   */
  readonly outputs?: 'lower' | 'keep' | 'upgrade';
  /** Hears of the dependencies of output values that are lowered, which would be lost otherwise. */
  readonly onDependencies?: (path: PropertyPath, dependencies: readonly Urn[]) => void;
}

/** The value that an object with a signature stands for. Its members have been read already. */
export function readSigned(map: PropertyMap, options: ReadOptions, path: PropertyPath): PropertyValue {
  const signature = map[signatureKey];
  switch (signature) {
    case signatures.secret:
      return readSecret(map, options, path);
    case signatures.asset:
      return new Asset(assetContent(map, path), textMember(map, 'hash', path) ?? '');
    case signatures.archive:
      return new Archive(archiveContent(map, path), textMember(map, 'hash', path) ?? '');
    case signatures.resourceReference:
      return readReference(map, options, path);
    case signatures.outputValue:
      return readOutput(map, options, path);
    case signatures.byteString:
      throw new PropertyError(path, 'is a byte string, which this engine has not announced to accept');
    default:
      throw new PropertyError(path, 'has a signature that this engine does not know');
  }
}

function readSecret(map: PropertyMap, options: ReadOptions, path: PropertyPath): PropertyValue {
  const value = member(map, 'value');
  if (value === undefined) throw new PropertyError(path, 'is a secret without a value');
  if (options.secrets === 'reveal' || value instanceof Secret) return value;
  if (value instanceof OutputValue) return new OutputValue(value.value, true, value.dependencies);
  return options.outputs === 'upgrade' ? new OutputValue(value, true, []) : new Secret(value);
}

function readOutput(map: PropertyMap, options: ReadOptions, path: PropertyPath): PropertyValue {
  const held = member(map, 'value');
  const isUnknown = held === undefined || held instanceof Unknown;
  const isSecret = member(map, 'secret') === true;
  const dependencies = urnsMember(map, 'dependencies', path);
  if (options.outputs === 'keep' || options.outputs === 'upgrade') {
    if (held instanceof OutputValue)
      return new OutputValue(held.value, isSecret || held.isSecret, [...dependencies, ...held.dependencies]);
    if (held instanceof Secret) return new OutputValue(held.value, true, dependencies);
    return new OutputValue(isUnknown ? undefined : held, isSecret, dependencies);
  }
  if (dependencies.length > 0) options.onDependencies?.(path, dependencies);
  const value = isUnknown ? new Unknown() : held;
  return isSecret && options.secrets !== 'reveal' && !(value instanceof Secret) ? new Secret(value) : value;
}

function readReference(map: PropertyMap, options: ReadOptions, path: PropertyPath): PropertyValue {
  const urn = textMember(map, 'urn', path);
  if (urn === undefined || !isUrn(urn)) throw new PropertyError(path, 'is a reference to a resource without a URN');
  const given = member(map, 'id');
  const isUnknown = given === '' || given instanceof Unknown || given instanceof OutputValue;
  if (given !== undefined && given !== null && !isUnknown && typeof given !== 'string')
    throw new PropertyError(path, `is a reference to ${urn} whose id is not text`);
  const id = isUnknown ? new Unknown({ urn, property: 'id' }) : (given ?? undefined);
  if (options.resources === 'lower') return id ?? urn;
  return new ResourceReference(urn, id as string | Unknown | undefined, textMember(map, 'packageVersion', path) ?? '');
}

function assetContent(map: PropertyMap, path: PropertyPath): AssetContent {
  const text = textMember(map, 'text', path);
  if (text !== undefined) return { kind: 'text', text };
  const location = fileOrUri(map, path);
  if (location !== undefined) return location;
  if (hasHash(map)) return { kind: 'elided' };
  throw new PropertyError(path, 'is an asset with neither text nor path nor uri');
}

function archiveContent(map: PropertyMap, path: PropertyPath): ArchiveContent {
  const members = member(map, 'assets');
  if (members !== undefined && members !== null) {
    if (!isPropertyMap(members)) throw new PropertyError(path, 'is an archive whose assets are no map');
    const assets: Record<string, Asset | Archive> = {};
    for (const [name, value] of Object.entries(members)) {
      if (!(value instanceof Asset || value instanceof Archive))
        throw new PropertyError([...path, 'assets', name], 'is in an archive and is neither an asset nor an archive');
      setOwn(assets, name, value);
    }
    return { kind: 'assets', assets };
  }
  const location = fileOrUri(map, path);
  if (location !== undefined) return location;
  if (hasHash(map)) return { kind: 'elided' };
  throw new PropertyError(path, 'is an archive with neither assets nor path nor uri');
}

function fileOrUri(
  map: PropertyMap,
  path: PropertyPath,
): { kind: 'path'; path: string } | { kind: 'uri'; uri: string } | undefined {
  const file = textMember(map, 'path', path);
  if (file) return { kind: 'path', path: file };
  const uri = textMember(map, 'uri', path);
  return uri ? { kind: 'uri', uri } : undefined;
}

function hasHash(map: PropertyMap): boolean {
  return typeof member(map, 'hash') === 'string' && member(map, 'hash') !== '';
}

function member(map: PropertyMap, name: string): PropertyValue | undefined {
  return Object.hasOwn(map, name) ? map[name] : undefined;
}

function textMember(map: PropertyMap, name: string, path: PropertyPath): string | undefined {
  const value = member(map, name);
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw new PropertyError([...path, name], 'is not text');
  return value;
}

function urnsMember(map: PropertyMap, name: string, path: PropertyPath): readonly Urn[] {
  const value = member(map, name);
  if (value === undefined || value === null) return [];
  if (!isPropertyList(value)) throw new PropertyError([...path, name], 'is not a list of URNs');
  return value.map((item, index) => {
    if (typeof item !== 'string' || !isUrn(item)) throw new PropertyError([...path, name, index], 'is not a URN');
    return item;
  });
}
