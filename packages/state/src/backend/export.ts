import { OperationError } from '@radiant/model';
import { encodeDeployment, type SecretsSource } from '../deployment/deployment.ts';
import type { ExportJson } from '../deployment/deployment-json.ts';
import { openCheckpoint } from './checkpoint.ts';
import type { StackRef } from './names.ts';
import { requireCheckpoint } from './require-checkpoint.ts';
import type { BackendContext } from './settings.ts';
import { decodeState, type RawState, readRawState, readRawVersion } from './stack-state.ts';

export interface ExportOptions {
  /** `encrypted` needs no key; `plaintext` (`--show-secrets`) needs `secrets`. */
  readonly mode: 'encrypted' | 'plaintext';
  readonly secrets?: SecretsSource | undefined;
  /** The state as the operation of that number in the history left it, in the place of the latest. */
  readonly version?: number | undefined;
}

export interface StackExport {
  readonly json: ExportJson;
  /** Of a damaged journal what can be read is exported, of one that does not continue the checkpoint nothing; this says so. */
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
    const raw = await readRawState(context, ref, 'salvaged');
    return { raw, warnings: raw.journal?.damage === undefined ? [] : [raw.journal.damage.error.message] };
  } catch (error) {
    if (!(error instanceof OperationError) || error.code !== 'STATE_JOURNAL_ORPHANED') throw error;
    const checkpoint = await requireCheckpoint(context.store, ref);
    const envelope = openCheckpoint(context.store, ref, checkpoint);
    return { raw: { checkpoint, envelope }, warnings: [error.message] };
  }
}
