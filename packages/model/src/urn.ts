import { assert } from './assert.ts';

declare const urnBrand: unique symbol;

/** The identity of a resource within one stack. Stable across updates, unlike the provider's id. */
export type Urn = string & { readonly [urnBrand]: true };

export interface UrnParts {
  readonly stack: string;
  readonly project: string;
  /** Types of the ancestors and of the resource itself, joined by `$`; the stack's own type is left out. */
  readonly qualifiedType: string;
  readonly name: string;
}

const prefix = 'urn:pulumi:';
export const stackType = 'pulumi:pulumi:Stack';

/** Returns undefined when `text` is not a URN: only the caller knows where the text came from. */
export function parseUrn(text: string): UrnParts | undefined {
  if (!text.startsWith(prefix)) return undefined;
  const [stack, project, qualifiedType, ...name] = text.slice(prefix.length).split('::');
  if (stack === undefined || project === undefined || qualifiedType === undefined || name.length === 0)
    return undefined;
  return { stack, project, qualifiedType, name: name.join('::') };
}

export function isUrn(text: string): text is Urn {
  return parseUrn(text) !== undefined;
}

export function formatUrn(parts: UrnParts): Urn {
  return `${prefix}${parts.stack}::${parts.project}::${parts.qualifiedType}::${parts.name}` as Urn;
}

/** The URN of a resource of `type` and `name` under `parent` (Pulumi: qualified type chain without the stack's type). */
export function childUrn(stack: string, project: string, parent: Urn | undefined, type: string, name: string): Urn {
  const parentType = parent === undefined ? '' : urnParts(parent).qualifiedType;
  const qualifiedType = parentType === '' || parentType === stackType ? type : `${parentType}$${type}`;
  return formatUrn({ stack, project, qualifiedType, name });
}

export function stackUrn(stack: string, project: string): Urn {
  return formatUrn({ stack, project, qualifiedType: stackType, name: `${project}-${stack}` });
}

export function urnParts(urn: Urn): UrnParts {
  const parts = parseUrn(urn);
  assert(parts !== undefined, `${urn} is a URN`);
  return parts;
}

export function urnName(urn: Urn): string {
  return urnParts(urn).name;
}

/** The resource's own type: the last of the qualified type. */
export function urnType(urn: Urn): string {
  const { qualifiedType } = urnParts(urn);
  return qualifiedType.slice(qualifiedType.lastIndexOf('$') + 1);
}

/** Whether `urn` is that of a resource of `type`. A component's type may hold the delimiters, so that the URN alone does not tell. */
export function isOfType(urn: Urn, type: string): boolean {
  const { qualifiedType, name } = urnParts(urn);
  const rest = `${qualifiedType}::${name}`;
  return rest.startsWith(`${type}::`) || rest.includes(`$${type}::`);
}
