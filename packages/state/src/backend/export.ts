import { OperationError } from '@radiant/model';
import { encodeDeployment, type SecretsSource } from '../deployment/deployment.ts';
import type { ExportJson } from '../deployment/deployment-json.ts';
import { openCheckpoint, readCheckpoint } from './checkpoint.ts';
import type { StackRef } from './names.ts';
import type { BackendContext } from './settings.ts';
import { decodeState, type RawState, readRawState, readRawVersion, stackNotFound } from './stack-state.ts';

export interface ExportOptions {
  /** `encrypted` needs no key; `plaintext` (`--show-secrets`) needs `secrets`. */
  readonly mode: 'encrypted' | 'plaintext';
  readonly secrets?: SecretsSource | undefined;
  /** The state as the operation of that number in the history left it, in the place of the latest. */
  readonly version?: number | undefined;
}

export interface StackExport {
  readonly json: ExportJson;
  /** When the journal cannot be read the checkpoint is exported without it, and this says so. */
  readonly warnings: readonly string[];
}

/** A stack's state as Pulumi's `stack export` prints it (with four spaces of indent and a newline at the end). */
export async function exportStack(
  context: BackendContext,
  ref: StackRef,
  options: ExportOptions,
): Promise<StackExport> {
  const { raw, warnings } =
    options.version === undefined
      ? await readForExport(context, ref)
      : { raw: await readRawVersion(context, ref, options.version), warnings: [] };
  const { version, features, deployment } = raw.envelope;
  if (raw.journal === undefined && options.mode === 'encrypted') {
    const versions = { version: Math.max(version, 3), ...(features.length === 0 ? {} : { features }) };
    return { json: { ...versions, deployment } as ExportJson, warnings };
  }
  const state = await decodeState(raw, options.secrets);
  const encoded = await encodeDeployment(state.snapshot, {
    mode: options.mode,
    secrets: state.secrets ?? state.secretsProvider,
    memory: state.memory,
    carried: state.carried,
    toolVersion: context.toolVersion,
    nowMs: context.clock.nowMs(),
  });
  const { features: used, ...rest } = encoded;
  return {
    json: { version: rest.version, ...(used.length === 0 ? {} : { features: used }), deployment: rest.deployment },
    warnings,
  };
}

async function readForExport(
  context: BackendContext,
  ref: StackRef,
): Promise<{ readonly raw: RawState; readonly warnings: readonly string[] }> {
  try {
    return { raw: await readRawState(context, ref), warnings: [] };
  } catch (error) {
    if (!(error instanceof OperationError) || !error.code.startsWith('STATE_JOURNAL')) throw error;
    const checkpoint = await readCheckpoint(context.store, ref);
    if (checkpoint === undefined) throw stackNotFound(ref);
    const envelope = openCheckpoint(context.store, ref, checkpoint);
    return { raw: { checkpoint, envelope }, warnings: [error.message] };
  }
}
