import type { KubeKind } from '../registry/kube-kind.ts';
import { ageColumn, nameColumn } from './columns.ts';
import { admitToQuotas } from './quota/quota-admission.ts';
import { validateMetadata } from './validation/metadata.ts';
import { type NameCheck, rfc1123Subdomain } from './validation/names.ts';

/** What a kind says of itself; the rest has the values most kinds have. */
export interface KindDefinition extends Partial<Omit<KubeKind, 'kind'>> {
  readonly kind: string;
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly checkName?: NameCheck;
  readonly allowsPlainFinalizers?: boolean;
}

export function defineKind({
  checkName = rfc1123Subdomain,
  allowsPlainFinalizers = false,
  ...definition
}: KindDefinition): KubeKind {
  const isNamespaced = definition.isNamespaced ?? true;
  return {
    singular: definition.kind.toLowerCase(),
    shortNames: [],
    categories: [],
    subresources: [],
    columns: [nameColumn, ageColumn],
    hasGeneration: false,
    ...definition,
    isNamespaced,
    prepareCreate: (object, context) => {
      definition.prepareCreate?.(object, context);
      if (isNamespaced) admitToQuotas(definition, object, context);
    },
    validate: (object, old) => [
      ...validateMetadata(object, old, { isNamespaced, checkName, allowsPlainFinalizers }),
      ...(definition.validate?.(object, old) ?? []),
    ],
  };
}
