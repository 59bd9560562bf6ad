import { createHash } from 'node:crypto';
import type { Urn } from '@radiant/model';

/**
 * The field manager under which a resource's first write is made: `pulumi-kubernetes-` and eight hex digits, in the
 * form Pulumi records in `__fieldManager`, but derived from the URN. So an object that carries it was made by a
 * creation of this very resource, even when nobody recorded the outcome.
 */
export function fieldManagerOf(urn: Urn): string {
  return `pulumi-kubernetes-${createHash('sha256').update(urn).digest('hex').slice(0, 8)}`;
}
