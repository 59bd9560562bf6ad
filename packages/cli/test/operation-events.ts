import {
  childUrn,
  type Diagnostic,
  type EngineEvent,
  type OperationKind,
  type OperationSummary,
  type PropertyMap,
  type ResourceState,
  type StepInfo,
  type StepOp,
  stackType,
  stackUrn,
  type Urn,
} from '@radiant/model';

/** Events of one operation, written by hand: a clock that moves when told, and resources by type and name. */
export const stack = stackUrn('dev', 'day');
export const kubernetesProvider =
  'urn:pulumi:dev::day::pulumi:providers:kubernetes::default::5235fe3d-96f3-4660-95b1-fb26fa0addd3';

export interface ResourceSketch {
  readonly type?: string;
  readonly name?: string;
  readonly parent?: Urn;
  readonly id?: string;
  readonly inputs?: PropertyMap;
  readonly outputs?: PropertyMap;
  readonly state?: Partial<ResourceState>;
}

export function resource(sketch: ResourceSketch): ResourceState {
  const type = sketch.type ?? 'kubernetes:core/v1:ConfigMap';
  const parent = sketch.parent ?? stack;
  const isComponent = type === stackType || type.startsWith('day:');
  return {
    urn: type === stackType ? stack : childUrn('dev', 'day', parent, type, sketch.name ?? 'settings'),
    type,
    ownership: isComponent ? 'component' : 'managed',
    disposition: 'live',
    id: sketch.id ?? '',
    inputs: sketch.inputs ?? {},
    outputs: sketch.outputs ?? {},
    ...(type !== stackType && { parent }),
    provider: isComponent ? '' : kubernetesProvider,
    dependencies: [],
    propertyDependencies: {},
    replaceWith: [],
    isProtected: false,
    isTainted: false,
    refreshBeforeUpdate: false,
    retainOnDelete: false,
    initErrors: [],
    additionalSecretOutputs: [],
    ignoreChanges: [],
    replaceOnChanges: [],
    hideDiffs: [],
    customTimeouts: {},
    stackTrace: [],
    ...sketch.state,
  };
}

export const stackState = resource({ type: stackType });

export function step(
  op: StepOp,
  states: { readonly old?: ResourceState; readonly new?: ResourceState },
  more: Partial<StepInfo> = {},
): StepInfo {
  const state = (states.new ?? states.old)!;
  return {
    op,
    urn: state.urn,
    type: state.type,
    ...states,
    provider: state.provider,
    isLogical: op !== 'create-replacement' && op !== 'delete-replaced',
    isInternal: false,
    ...more,
  };
}

export function started(info: StepInfo, atMs: number, isPlanning = false): EngineEvent {
  return { kind: 'step-started', timeMs: atMs, step: info, isPlanning };
}

export function succeeded(info: StepInfo, atMs: number, isPlanning = false): EngineEvent {
  return { kind: 'step-succeeded', timeMs: atMs, step: info, isPlanning };
}

export function failed(info: StepInfo, atMs: number): EngineEvent {
  return { kind: 'step-failed', timeMs: atMs, step: info, outcome: 'not-done', stepsDone: 0 };
}

export function said(diagnostic: Diagnostic, atMs = 0): EngineEvent {
  return { kind: 'diagnostic', timeMs: atMs, diagnostic };
}

export function planned(info: StepInfo): readonly EngineEvent[] {
  return [started(info, 0, true), succeeded(info, 0, true)];
}

export function summaryOf(
  kind: OperationKind,
  changes: OperationSummary['changes'],
  more: Partial<OperationSummary> = {},
): OperationSummary {
  return {
    kind,
    isPreview: kind === 'preview',
    result: 'succeeded',
    durationMs: 2_100,
    changes,
    isMaybeCorrupt: false,
    policyPacks: {},
    ...more,
  };
}

export function summed(summary: OperationSummary): EngineEvent {
  return { kind: 'summary', timeMs: summary.durationMs, summary };
}
