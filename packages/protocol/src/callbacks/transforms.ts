import type { InvokeTransform, PropertyMap, ResourceTransform } from '@radiant/model';
import { hashAssets } from '../assets/hash-assets.ts';
import {
  TransformInvokeOptions,
  TransformInvokeRequest,
  TransformInvokeResponse,
  TransformRequest,
  TransformResponse,
} from '../messages/callback-messages.ts';
import { decodeChecksums } from '../monitor/decode-options.ts';
import { encodeChecksums } from '../monitor/encode-options.ts';
import type { UrnPool } from '../monitor/urn-pool.ts';
import { PropertyError } from '../properties/property-error.ts';
import { readProperties } from '../properties/read-properties.ts';
import { writeProperties } from '../properties/write-properties.ts';
import { RpcError } from '../rpc/unary-service.ts';
import { type Callback, type CallbackCaller, unreadableAnswer } from './callback-caller.ts';
import { decodeTransformOptions, encodeTransformOptions } from './transform-options.ts';

/** What reading the answers of a program needs. */
export interface AnswerDecoding {
  readonly urns: UrnPool;
  /** Where relative paths of assets start. */
  readonly programDirectory: string;
}

/** What an answer leaves out stays as it was asked. */
export function resourceTransform(
  caller: CallbackCaller,
  callback: Callback,
  decoding: AnswerDecoding,
): ResourceTransform {
  return async ({ type, name, isCustom, parent, inputs, options }) => {
    const request = TransformRequest.of({
      type,
      name,
      custom: isCustom,
      parent: parent ?? '',
      properties: writeProperties(inputs, { outputs: 'keep' }),
      options: encodeTransformOptions(options),
    });
    const answer = await caller.call(callback, TransformRequest, TransformResponse, request);
    return readAnswer(async () => ({
      inputs: answer.properties === undefined ? inputs : await readInputs(answer.properties, decoding),
      options: answer.options === undefined ? options : decodeTransformOptions(answer.options, options, decoding.urns),
    }));
  };
}

/** What an answer leaves out stays as it was asked. */
export function invokeTransform(caller: CallbackCaller, callback: Callback, decoding: AnswerDecoding): InvokeTransform {
  return async ({ token, args, ...options }) => {
    const request = TransformInvokeRequest.of({
      token,
      args: writeProperties(args, { outputs: 'keep' }),
      options: TransformInvokeOptions.of({
        provider: options.provider ?? '',
        version: options.version ?? '',
        pluginDownloadUrl: options.pluginDownloadUrl ?? '',
        pluginChecksums: encodeChecksums(options.pluginChecksums),
      }),
    });
    const answer = await caller.call(callback, TransformInvokeRequest, TransformInvokeResponse, request);
    return readAnswer(async () => ({
      args: answer.args === undefined ? args : await readInputs(answer.args, decoding),
      ...(answer.options === undefined ? options : decodeInvokeOptions(answer.options)),
    }));
  };
}

function decodeInvokeOptions(options: ReturnType<typeof TransformInvokeOptions.of>) {
  return {
    provider: options.provider || undefined,
    version: options.version || undefined,
    pluginDownloadUrl: options.pluginDownloadUrl || undefined,
    pluginChecksums: decodeChecksums(options.pluginChecksums),
  };
}

function readInputs(properties: Uint8Array, { programDirectory }: AnswerDecoding): Promise<PropertyMap> {
  return hashAssets(readProperties(properties, { outputs: 'keep' }), programDirectory);
}

async function readAnswer<Answer>(read: () => Promise<Answer>): Promise<Answer> {
  try {
    return await read();
  } catch (error) {
    throw error instanceof PropertyError || error instanceof RpcError ? unreadableAnswer(error) : error;
  }
}
