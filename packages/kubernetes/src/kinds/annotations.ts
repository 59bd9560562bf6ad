import { isPropertyMap, type PropertyMap, Secret } from '@radiant/model';
import { metadataOf } from './resource-kind.ts';

/** The annotations that steer the provider (Pulumi: kubernetes provider annotations). */
export const annotations = {
  autonamed: 'pulumi.com/autonamed',
  skipAwait: 'pulumi.com/skipAwait',
  waitFor: 'pulumi.com/waitFor',
  timeoutSeconds: 'pulumi.com/timeoutSeconds',
  replaceUnready: 'pulumi.com/replaceUnready',
  patchForce: 'pulumi.com/patchForce',
  patchFieldManager: 'pulumi.com/patchFieldManager',
  deletionPropagationPolicy: 'pulumi.com/deletionPropagationPolicy',
  lastApplied: 'kubectl.kubernetes.io/last-applied-configuration',
  revision: 'deployment.kubernetes.io/revision',
} as const;

/** The text of an annotation in a resource's inputs; undefined when absent or not known. */
export function annotationIn(inputs: PropertyMap, name: string): string | undefined {
  const held = metadataOf(inputs).annotations;
  const all = held instanceof Secret ? held.value : held;
  if (!isPropertyMap(all) || !Object.hasOwn(all, name)) return undefined;
  const value = all[name] instanceof Secret ? all[name].value : all[name];
  if (typeof value === 'boolean' || typeof value === 'number') return String(value);
  return typeof value === 'string' ? value : undefined;
}

export function isAutonamed(inputs: PropertyMap): boolean {
  return annotationIn(inputs, annotations.autonamed) === 'true';
}
