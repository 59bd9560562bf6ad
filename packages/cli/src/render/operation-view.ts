import {
  type Diagnostic,
  type EngineEvent,
  type OperationKind,
  type OperationSummary,
  type PolicyRemediation,
  type PolicyViolation,
  type StepInfo,
  type StepOp,
  stackType,
  type Urn,
} from '@radiant/model';
import { parentOf } from './names.ts';

export interface RowStep {
  readonly op: StepOp;
  readonly state: 'running' | 'done' | 'failed';
  readonly startedMs: number;
  readonly endedMs?: number;
  readonly info: StepInfo;
}

/** One resource as a line of the display. */
export interface Row {
  readonly urn: Urn;
  readonly type: string;
  readonly parent: Urn | undefined;
  readonly steps: readonly RowStep[];
  /** The last passing status the provider reported; gone when the step ends. */
  readonly status: string | undefined;
  readonly errors: number;
  readonly warnings: number;
  readonly messages: number;
}

/** All that the events of an operation have said so far. Rows are in the order in which they appeared. */
export interface OperationView {
  readonly kind: OperationKind;
  readonly rows: ReadonlyMap<Urn, Row>;
  readonly targets: readonly string[];
  /** Those to keep, in order; debug messages are not. */
  readonly diagnostics: readonly Diagnostic[];
  readonly stack: Urn | undefined;
  readonly summary: OperationSummary | undefined;
  readonly policies: PolicyNews;
}

/** What policy packs have said. */
export interface PolicyNews {
  readonly violations: readonly PolicyViolation[];
  readonly remediations: readonly PolicyRemediation[];
}

/** The same while it grows, in place: an operation of ten thousand steps stays linear. */
interface GrowingView extends OperationView {
  readonly rows: Map<Urn, Row>;
  readonly targets: string[];
  readonly diagnostics: Diagnostic[];
  stack: Urn | undefined;
  summary: OperationSummary | undefined;
  readonly policies: { readonly violations: PolicyViolation[]; readonly remediations: PolicyRemediation[] };
}

export interface ViewBuilder {
  readonly view: OperationView;
  /** Takes in an event and returns the row that it changed. */
  add(event: EngineEvent): Row | undefined;
}

export function createView(kind: OperationKind, showDebug: boolean): ViewBuilder {
  const view: GrowingView = {
    kind,
    rows: new Map(),
    targets: [],
    diagnostics: [],
    stack: undefined,
    summary: undefined,
    policies: { violations: [], remediations: [] },
  };
  return {
    view,
    add(event) {
      switch (event.kind) {
        case 'prelude':
        case 'policies-loading':
        case 'debugging-started':
        case 'policy-summary':
          return undefined;
        case 'policy-violated':
          view.policies.violations.push(event.violation);
          return undefined;
        case 'policy-remediated':
          view.policies.remediations.push(event.remediation);
          return undefined;
        case 'target':
          view.targets.push(event.text);
          return undefined;
        case 'diagnostic':
          return addDiagnostic(view, event.diagnostic, showDebug);
        case 'step-started':
          return startStep(view, event.step, event.timeMs);
        case 'step-succeeded':
          return endStep(view, event.step, event.timeMs, 'done');
        case 'step-failed':
          return endStep(view, event.step, event.timeMs, 'failed');
        case 'summary':
          view.summary = event.summary;
          return undefined;
      }
    },
  };
}

function startStep(view: GrowingView, step: StepInfo, timeMs: number): Row | undefined {
  if (step.isInternal) return undefined;
  if (step.type === stackType) view.stack = step.urn;
  const row = view.rows.get(step.urn) ?? newRow(step);
  const started: RowStep = { op: step.op, state: 'running', startedMs: timeMs, info: step };
  return keep(view, { ...row, parent: parentOf(step) ?? row.parent, steps: [...row.steps, started] });
}

function endStep(view: GrowingView, step: StepInfo, timeMs: number, state: 'done' | 'failed'): Row | undefined {
  const row = view.rows.get(step.urn) ?? startStep(view, step, timeMs);
  if (row === undefined || step.isInternal) return undefined;
  return keep(view, { ...row, status: undefined, steps: ended(row.steps, step, timeMs, state) });
}

function addDiagnostic(view: GrowingView, diagnostic: Diagnostic, showDebug: boolean): Row | undefined {
  if (diagnostic.severity === 'debug' && !showDebug) return undefined;
  if (diagnostic.isEphemeral !== true) view.diagnostics.push(diagnostic);
  // Notes have a section of their own; they say nothing about a step.
  if (diagnostic.isNote === true) return undefined;
  const urn = diagnostic.urn ?? view.stack;
  const row = urn === undefined ? undefined : view.rows.get(urn);
  if (row === undefined) return undefined;
  return keep(
    view,
    diagnostic.isEphemeral === true ? { ...row, status: diagnostic.message } : counted(row, diagnostic),
  );
}

function keep(view: GrowingView, row: Row): Row {
  view.rows.set(row.urn, row);
  return row;
}

function newRow(step: StepInfo): Row {
  return {
    urn: step.urn,
    type: step.type,
    parent: parentOf(step),
    steps: [],
    status: undefined,
    errors: 0,
    warnings: 0,
    messages: 0,
  };
}

/** Ends the step that runs with this operation; a refresh ends as what it found: same, update or delete. */
function ended(
  steps: readonly RowStep[],
  info: StepInfo,
  endedMs: number,
  state: 'done' | 'failed',
): readonly RowStep[] {
  const isMeant = (step: RowStep): boolean =>
    step.state === 'running' && (step.op === info.op || step.op === 'refresh');
  const index = steps.findLastIndex(isMeant);
  const step = steps[index] ?? { startedMs: endedMs };
  const over: RowStep = { op: info.op, state, startedMs: step.startedMs, endedMs, info };
  return index === -1 ? [...steps, over] : steps.with(index, over);
}

function counted(row: Row, diagnostic: Diagnostic): Row {
  if (diagnostic.severity === 'error') return { ...row, errors: row.errors + 1 };
  if (diagnostic.severity === 'warning') return { ...row, warnings: row.warnings + 1 };
  return { ...row, messages: row.messages + 1 };
}
