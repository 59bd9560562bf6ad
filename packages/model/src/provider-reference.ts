import { type Urn, urnType } from './urn.ts';

/** Which provider instance owns a resource: `<provider urn>::<id>` on the wire and in state. */
export interface ProviderReference {
  readonly urn: Urn;
  /** `unknownId` while the provider is only planned. */
  readonly id: string;
}

/** What stands for the id of a provider that a preview has not created (Pulumi: the string unknown sentinel). */
export const unknownId = '04da6b54-80e4-46f7-96ec-b56ff0331ba9';

export const providerTypePrefix = 'pulumi:providers:';

export function isProviderType(type: string): boolean {
  return type.startsWith(providerTypePrefix);
}

/** `kubernetes` of `pulumi:providers:kubernetes`. */
export function providerPackage(type: string): string {
  return type.slice(providerTypePrefix.length);
}

/** The package that serves a resource type: `kubernetes` of `kubernetes:apps/v1:Deployment`. */
export function packageOfType(type: string): string {
  return isProviderType(type) ? providerPackage(type) : type.slice(0, type.indexOf(':'));
}

export function formatProviderReference(reference: ProviderReference): string {
  return `${reference.urn}::${reference.id}`;
}

/** Returns undefined when `text` is not a reference to a provider resource. */
export function parseProviderReference(text: string): ProviderReference | undefined {
  const cut = text.lastIndexOf('::');
  if (cut < 0) return undefined;
  const urn = text.slice(0, cut) as Urn;
  if (urn.split('::').length < 4 || !isProviderType(urnType(urn))) return undefined;
  return { urn, id: text.slice(cut + 2) };
}
