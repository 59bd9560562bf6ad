import { type Alias, type CustomTimeouts, type HookBindings, type PluginRequest, setOwn } from '@radiant/model';
import type { Alias as WireAlias } from '../messages/common-messages.ts';
import type { ResourceHooksBinding, CustomTimeouts as WireTimeouts } from '../messages/resource-messages.ts';
import { RpcError, statusCodes } from '../rpc/unary-service.ts';
import { decodeGoDuration } from './go-duration.ts';
import type { UrnPool } from './urn-pool.ts';

// Options of resources, as registrations and answers of transforms carry them.

export function decodePlugin(request: {
  readonly version: string;
  readonly pluginDownloadUrl: string;
  readonly pluginChecksums: ReadonlyMap<string, Uint8Array>;
}): PluginRequest {
  return {
    version: request.version || undefined,
    downloadUrl: request.pluginDownloadUrl || undefined,
    checksums: decodeChecksums(request.pluginChecksums),
  };
}

/** By platform, in hex. */
export function decodeChecksums(checksums: ReadonlyMap<string, Uint8Array>): PluginRequest['checksums'] {
  return checksums.size === 0 ? undefined : toRecord(checksums, (bytes) => Buffer.from(bytes).toString('hex'));
}

/** Throws RpcError for what is no URN. */
export function decodeAlias({ urn, spec }: WireAlias, urns: UrnPool): Alias {
  if (spec === undefined) return { kind: 'urn', urn: urns.required(urn ?? '', 'alias') };
  return {
    kind: 'spec',
    name: spec.name || undefined,
    type: spec.type || undefined,
    stack: spec.stack || undefined,
    project: spec.project || undefined,
    parent: spec.parentUrn
      ? { kind: 'urn', urn: urns.required(spec.parentUrn, 'alias parent') }
      : spec.noParent
        ? { kind: 'none' }
        : undefined,
  };
}

/** Throws RpcError for what is no duration. */
export function decodeCustomTimeouts(customTimeouts: WireTimeouts | undefined): CustomTimeouts {
  const result: { -readonly [step in keyof CustomTimeouts]: CustomTimeouts[step] } = {};
  for (const step of ['create', 'update', 'delete', 'read'] as const) {
    const text = customTimeouts?.[step] ?? '';
    if (text === '') continue;
    const seconds = decodeGoDuration(text);
    if (seconds === undefined)
      throw new RpcError(
        statusCodes.invalidArgument,
        `unable to parse customTimeouts.${step} value ${JSON.stringify(text)}: write it like "90s", "5m" or "1h30m"`,
      );
    result[step] = seconds;
  }
  return result;
}

export function decodeHooks(hooks: ResourceHooksBinding | undefined): HookBindings | undefined {
  if (hooks === undefined || Object.values(hooks).every((names) => names.length === 0)) return undefined;
  return hooks;
}

export function toRecord<From, To>(map: ReadonlyMap<string, From>, convert: (value: From) => To): Record<string, To> {
  const result: Record<string, To> = {};
  for (const [key, value] of map) setOwn(result, key, convert(value));
  return result;
}
