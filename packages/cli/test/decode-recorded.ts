import {
  Archive,
  Asset,
  type EngineEvent,
  type PropertyMap,
  type PropertyValue,
  type ResourceState,
  Secret,
  type Severity,
  type StepInfo,
  type StepOp,
  type Urn,
} from '@radiant/model';
import { resource } from './operation-events.ts';

// biome-ignore lint/suspicious/noExplicitAny: recorded JSON, of any shape.
export type Recorded = any;

const signatureKey = '4dabf18193072939515e22adb298388d';

/** Reads recorded JSON back into what the engine would have said, to see whether we say it alike. */
export function decodeEvent(recorded: Recorded): EngineEvent | undefined {
  const timeMs = Number(recorded.timestamp) * 1000;
  if (recorded.preludeEvent) return { kind: 'prelude', timeMs, config: recorded.preludeEvent.config };
  if (recorded.diagnosticEvent) {
    const { severity, message, urn, ephemeral } = recorded.diagnosticEvent;
    const diagnostic = {
      severity: severity as Severity,
      message,
      ...(urn && { urn }),
      ...(ephemeral && { isEphemeral: true }),
    };
    return { kind: 'diagnostic', timeMs, diagnostic };
  }
  if (recorded.summaryEvent) {
    const { durationSeconds, resourceChanges, isPreview, result, maybeCorrupt } = recorded.summaryEvent;
    const summary = {
      kind: 'up',
      isPreview,
      result,
      durationMs: durationSeconds * 1000,
      changes: resourceChanges,
    } as const;
    return { kind: 'summary', timeMs, summary: { ...summary, isMaybeCorrupt: maybeCorrupt, policyPacks: {} } };
  }
  if (recorded.resourcePreEvent) {
    const { metadata, planning } = recorded.resourcePreEvent;
    return { kind: 'step-started', timeMs, step: decodeStep(metadata), isPlanning: planning === true };
  }
  if (recorded.resOutputsEvent) {
    const { metadata, planning } = recorded.resOutputsEvent;
    return { kind: 'step-succeeded', timeMs, step: decodeStep(metadata), isPlanning: planning === true };
  }
  if (recorded.resOpFailedEvent) {
    const { metadata, status, steps } = recorded.resOpFailedEvent;
    const outcome = (['not-done', 'not-ready', 'in-doubt'] as const)[status as 0 | 1 | 2];
    return { kind: 'step-failed', timeMs, step: decodeStep(metadata), outcome, stepsDone: steps };
  }
  return undefined;
}

function decodeStep(metadata: Recorded): StepInfo {
  return {
    op: metadata.op as StepOp,
    urn: metadata.urn as Urn,
    type: String(metadata.type),
    ...(metadata.old && { old: decodeState(metadata.old) }),
    ...(metadata.new && { new: decodeState(metadata.new) }),
    provider: String(metadata.provider),
    ...(metadata.keys && { replaceKeys: metadata.keys as string[] }),
    isLogical: Boolean(metadata.logical),
    isInternal: false,
  };
}

export function decodePreviewStep(recorded: Recorded): StepInfo {
  const details = Object.entries<Recorded>(recorded.detailedDiff ?? {}).map(([path, { kind, inputDiff }]) => [
    path,
    { kind, isInputDiff: inputDiff },
  ]);
  return {
    op: recorded.op as StepOp,
    urn: recorded.urn as Urn,
    type: String((recorded.newState ?? recorded.oldState)?.type),
    ...(recorded.oldState && { old: decodeState(recorded.oldState) }),
    ...(recorded.newState && { new: decodeState(recorded.newState) }),
    provider: String(recorded.provider ?? ''),
    ...(recorded.replaceReasons && { replaceKeys: recorded.replaceReasons as string[] }),
    ...(recorded.detailedDiff && { detailedDiff: Object.fromEntries(details) }),
    isLogical: true,
    isInternal: false,
  };
}

function decodeState(recorded: Recorded): ResourceState {
  const ownership = recorded.external ? 'external' : recorded.custom ? 'managed' : 'component';
  const disposition = recorded.delete ? 'superseded' : recorded.pendingReplacement ? 'awaiting-recreate' : 'live';
  return {
    ...resource({}),
    urn: recorded.urn as Urn,
    type: String(recorded.type),
    ownership,
    disposition,
    id: String(recorded.id ?? ''),
    parent: (recorded.parent || undefined) as Urn | undefined as Urn,
    inputs: decodeValue(recorded.inputs ?? {}) as PropertyMap,
    outputs: decodeValue(recorded.outputs ?? {}) as PropertyMap,
    provider: String(recorded.provider ?? ''),
    isProtected: recorded.protect === true,
    retainOnDelete: recorded.retainOnDelete === true,
    dependencies: recorded.dependencies ?? [],
    propertyDependencies: recorded.propertyDependencies ?? {},
    ...(recorded.created && { created: recorded.created }),
    ...(recorded.modified && { modified: recorded.modified }),
    ...(recorded.sourcePosition && { sourcePosition: recorded.sourcePosition }),
    stackTrace: recorded.stackTrace ?? [],
  };
}

function decodeValue(value: Recorded): PropertyValue {
  if (value === '[secret]') return new Secret('hidden');
  if (Array.isArray(value)) return value.map(decodeValue);
  if (value === null || typeof value !== 'object') return value;
  if ('ciphertext' in value) return new Secret('hidden');
  if (signatureKey in value && 'assets' in value) {
    const assets = Object.entries(value.assets).map(([name, inner]) => [name, decodeValue(inner)]);
    return new Archive({ kind: 'assets', assets: Object.fromEntries(assets) }, value.hash);
  }
  if (signatureKey in value) return new Asset({ kind: 'text', text: 'the contents' }, value.hash);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, decodeValue(inner)]));
}
