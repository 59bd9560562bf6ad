import type { Alias, CustomTimeouts, PluginRequest } from '@radiant/model';
import { Alias as WireAlias } from '../messages/common-messages.ts';
import type { CustomTimeouts as WireTimeouts } from '../messages/resource-messages.ts';
import { encodeGoDuration } from './go-duration.ts';

// Options of resources, for programs and for the processes that construct components.

/** Empty for what is left to the provider. */
export function encodeCustomTimeouts(timeouts: CustomTimeouts): WireTimeouts {
  const text = (seconds: number | undefined) => (seconds === undefined ? '' : encodeGoDuration(seconds));
  return {
    create: text(timeouts.create),
    update: text(timeouts.update),
    delete: text(timeouts.delete),
    read: text(timeouts.read),
  };
}

export function encodeAlias(alias: Alias): WireAlias {
  if (alias.kind === 'urn') return WireAlias.of({ urn: alias.urn });
  const { name = '', type = '', stack = '', project = '', parent } = alias;
  return WireAlias.of({
    spec: {
      name,
      type,
      stack,
      project,
      parentUrn: parent?.kind === 'urn' ? parent.urn : undefined,
      noParent: parent?.kind === 'none' ? true : undefined,
    },
  });
}

/** `checksums` are in hex. */
export function encodeChecksums(checksums: PluginRequest['checksums']): ReadonlyMap<string, Uint8Array> {
  return new Map(Object.entries(checksums ?? {}).map(([platform, hex]) => [platform, Buffer.from(hex, 'hex')]));
}
