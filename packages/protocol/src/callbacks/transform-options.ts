import type { TransformableOptions } from '@radiant/model';
import type { TransformResourceOptions } from '../messages/callback-messages.ts';
import { decodeAlias, decodeCustomTimeouts, decodeHooks, decodePlugin, toRecord } from '../monitor/decode-options.ts';
import { encodeAlias, encodeChecksums, encodeCustomTimeouts } from '../monitor/encode-options.ts';
import type { UrnPool } from '../monitor/urn-pool.ts';
import { readPropertyValue } from '../properties/read-properties.ts';
import { writePropertyValue } from '../properties/write-properties.ts';

export function encodeTransformOptions(options: TransformableOptions): TransformResourceOptions {
  const { plugin, replacementTrigger } = options;
  return {
    dependsOn: options.dependencies,
    protect: options.protect,
    ignoreChanges: options.ignoreChanges,
    replaceOnChanges: options.replaceOnChanges,
    version: plugin.version ?? '',
    aliases: options.aliases.map(encodeAlias),
    provider: options.provider ?? '',
    customTimeouts: encodeCustomTimeouts(options.customTimeouts),
    pluginDownloadUrl: plugin.downloadUrl ?? '',
    retainOnDelete: options.retainOnDelete,
    deletedWith: options.deletedWith ?? '',
    deleteBeforeReplace: options.deleteBeforeReplace,
    additionalSecretOutputs: options.additionalSecretOutputs,
    providers: new Map(Object.entries(options.providers)),
    pluginChecksums: encodeChecksums(plugin.checksums),
    hooks: options.hooks,
    importId: options.importId ?? '',
    hideDiff: options.hideDiffs,
    replaceWith: options.replaceWith,
    replacementTrigger:
      replacementTrigger === undefined ? undefined : writePropertyValue(replacementTrigger, { outputs: 'keep' }),
  };
}

/**
 * The options that a transform answers, all of them: what it leaves out is not set. Providers of components are the
 * exception, since the Node.js SDK (3.270) never answers them. Throws RpcError or PropertyError.
 */
export function decodeTransformOptions(
  answer: TransformResourceOptions,
  asked: TransformableOptions,
  urns: UrnPool,
): TransformableOptions {
  const { replacementTrigger } = answer;
  return {
    provider: answer.provider || undefined,
    providers: answer.providers.size === 0 ? asked.providers : toRecord(answer.providers, (reference) => reference),
    plugin: decodePlugin(answer),
    dependencies: urns.list(answer.dependsOn, 'dependency'),
    aliases: answer.aliases.map((alias) => decodeAlias(alias, urns)),
    protect: answer.protect,
    retainOnDelete: answer.retainOnDelete,
    deletedWith: urns.optional(answer.deletedWith, 'deletedWith'),
    replaceWith: urns.list(answer.replaceWith, 'replaceWith'),
    replacementTrigger:
      replacementTrigger === undefined
        ? undefined
        : (readPropertyValue(replacementTrigger, { outputs: 'keep' }) ?? undefined),
    deleteBeforeReplace: answer.deleteBeforeReplace,
    ignoreChanges: answer.ignoreChanges,
    replaceOnChanges: answer.replaceOnChanges,
    hideDiffs: answer.hideDiff,
    additionalSecretOutputs: answer.additionalSecretOutputs,
    customTimeouts: decodeCustomTimeouts(answer.customTimeouts),
    importId: answer.importId || undefined,
    hooks: decodeHooks(answer.hooks),
  };
}
