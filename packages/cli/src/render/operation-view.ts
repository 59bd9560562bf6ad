import {
  type Diagnostic,
  type EngineEvent,
  type OperationKind,
  type OperationSummary,
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
}

/** Collects events into a view. Its maps and lists grow in place: an operation of ten thousand steps stays linear. */
export function createView(
  kind: OperationKind,
  showDebug: boolean,
): { readonly view: OperationView; add(event: EngineEvent): Row | undefined } {
  const rows = new Map<Urn, Row>();
  const targets: string[] = [];
  const diagnostics: Diagnostic[] = [];
  const view = {
    kind,
    rows,
    targets,
    diagnostics,
    stack: undefined as Urn | undefined,
    summary: undefined as OperationSummary | undefined,
  };

  const update = (urn: Urn, change: (row: Row) => Row): Row | undefined => {
    const row = rows.get(urn);
    if (row === undefined) return undefined;
    const changed = change(row);
    rows.set(urn, changed);
    return changed;
  };

  const addStep = (step: StepInfo, timeMs: number): Row | undefined => {
    if (step.isInternal) return undefined;
    if (step.type === stackType) view.stack = step.urn;
    const row = rows.get(step.urn) ?? newRow(step);
    const started: RowStep = { op: step.op, state: 'running', startedMs: timeMs, info: step };
    const changed = { ...row, parent: parentOf(step) ?? row.parent, steps: [...row.steps, started] };
    rows.set(step.urn, changed);
    return changed;
  };

  const endStep = (step: StepInfo, timeMs: number, state: 'done' | 'failed'): Row | undefined => {
    if (step.isInternal) return undefined;
    if (!rows.has(step.urn)) addStep(step, timeMs);
    return update(step.urn, (row) => ({ ...row, status: undefined, steps: ended(row.steps, step, timeMs, state) }));
  };

  const addDiagnostic = (diagnostic: Diagnostic): Row | undefined => {
    if (diagnostic.severity === 'debug' && !showDebug) return undefined;
    const urn = diagnostic.urn ?? view.stack;
    if (diagnostic.isEphemeral === true) {
      return urn === undefined ? undefined : update(urn, (row) => ({ ...row, status: diagnostic.message }));
    }
    diagnostics.push(diagnostic);
    return urn === undefined ? undefined : update(urn, (row) => counted(row, diagnostic));
  };

  return {
    view,
    add(event) {
      switch (event.kind) {
        case 'prelude':
          return undefined;
        case 'target':
          targets.push(event.text);
          return undefined;
        case 'diagnostic':
          return addDiagnostic(event.diagnostic);
        case 'step-started':
          return addStep(event.step, event.timeMs);
        case 'step-succeeded':
          return endStep(event.step, event.timeMs, 'done');
        case 'step-failed':
          return endStep(event.step, event.timeMs, 'failed');
        case 'summary':
          view.summary = event.summary;
          return undefined;
      }
    },
  };
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
