import {
  OperationError,
  type PluginRequest,
  packageOfType,
  parseProviderReference,
  type Urn,
  urnType,
} from '@radiant/model';
import type { Operation } from '../operation/operation.ts';
import { ReportedError } from '../operation/progress.ts';

/** Who asks for a provider. */
export interface ProviderUser {
  /** The resource type or function token whose package is served. */
  readonly token: string;
  /** For errors. */
  readonly name: string;
  /** Whose providers it may have. Absent: none, or it has them already. */
  readonly parent?: Urn | undefined;
  /** An explicit reference. */
  readonly provider?: string | undefined;
  readonly plugin: PluginRequest;
}

/**
 * The provider that serves a resource or function: the one it names, else its parent's, else the default one of the
 * package (engine reference 2.4, points 2 and 6).
 */
export async function resolveProvider(operation: Operation, user: ProviderUser): Promise<string> {
  if (user.provider !== undefined && user.provider !== '') return explicitProvider(operation, user, user.provider);
  const packageName = packageOfToken(user.token);
  if (packageName === '')
    throw new OperationError({
      code: 'TYPE_INVALID',
      summary: `'${user.token}' names no package: a type or function reads package:module:Name`,
    });
  const inherited = inheritedProvider(operation, user.parent, user.token);
  if (inherited !== undefined) return explicitProvider(operation, user, inherited);
  return operation.defaultProviders.reference(packageName, user.plugin, user.name);
}

/** Empty when the token names none. */
export function packageOfToken(token: string): string {
  return token.includes(':') ? packageOfType(token) : '';
}

/** The reference that a parent hands down to what is of the package of `token`. */
export function inheritedProvider(
  { registrations }: Operation,
  parent: Urn | undefined,
  token: string,
): string | undefined {
  const packageName = packageOfToken(token);
  const registration = parent === undefined ? undefined : registrations.get(parent);
  if (registration === undefined) return undefined;
  if (Object.hasOwn(registration.providers, packageName)) return registration.providers[packageName];
  const own = registration.goal.provider;
  const reference = own === undefined ? undefined : parseProviderReference(own);
  return reference !== undefined && packageOfType(urnType(reference.urn)) === packageName ? own : undefined;
}

/** In a preview one may be named that has failed, which has been told. */
function explicitProvider({ providers, registrations }: Operation, user: ProviderUser, reference: string): string {
  const parsed = parseProviderReference(reference);
  if (parsed === undefined)
    throw new OperationError({
      code: 'PROVIDER_REFERENCE_INVALID',
      summary: `bad provider reference '${reference}' for resource '${user.name}': it is not the URN and id of a provider`,
    });
  if (providers.isKnown(reference)) return reference;
  const declared = registrations.get(parsed.urn);
  if (declared !== undefined && declared.result === undefined) throw new ReportedError('its provider has failed');
  throw new OperationError({
    code: 'PROVIDER_UNKNOWN',
    summary: `unknown provider '${reference}' for resource '${user.name}'`,
  });
}
