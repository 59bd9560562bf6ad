import { type ResourceState, type StepInfo, type Urn, urnName } from '@radiant/model';
import { escaped } from './text-width.ts';

/** `aws:s3/bucket:Bucket` says `bucket` twice; people are shown `aws:s3:Bucket` (Pulumi: simplifyTypeName). */
export function shortType(type: string): string {
  return escaped(simplified(type));
}

function simplified(type: string): string {
  const parts = type.split(':');
  const [packageName, module, name] = parts;
  if (parts.length !== 3 || packageName === undefined || module === undefined || name === undefined) return type;
  const slash = module.lastIndexOf('/');
  if (slash === -1) return type;
  const decapitalized = name.slice(0, 1).toLowerCase() + name.slice(1);
  return module.slice(slash + 1) === decapitalized ? `${packageName}:${module.slice(0, slash)}:${name}` : type;
}

export function parentOf(step: StepInfo): Urn | undefined {
  return stateOf(step)?.parent;
}

function stateOf(step: StepInfo): ResourceState | undefined {
  return step.new ?? step.old;
}

/** The name of a resource, which a program may have made of anything. */
export function shownName(urn: Urn): string {
  return escaped(urnName(urn));
}

/** How a line about a resource calls it: by its name, or (`--urns`) in full. */
export type Naming = (urn: Urn) => string;

export const fullUrn: Naming = escaped;

/** `type (name)`, as headings of sections say it. */
export function resourceTitle(urn: Urn, type: string): string {
  return `${shortType(type)} (${shownName(urn)})`;
}
