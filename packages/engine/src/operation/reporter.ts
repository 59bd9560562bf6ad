import {
  type Clock,
  type Diagnostic,
  type EngineEvent,
  type EventSink,
  isProviderType,
  mapEntries,
  mapProperty,
  OperationError,
  type PropertyValue,
  type ResourceState,
  type StepInfo,
  type StepOp,
  type Urn,
  urnName,
  type WaitingDebuggee,
} from '@radiant/model';
import type { SecretScrubber } from './secret-scrubber.ts';

type WithoutTime<Event> = Event extends unknown ? Omit<Event, 'timeMs'> : never;

/** Says what happens, and keeps count of it. */
export class Reporter {
  readonly changes: { [op in StepOp]?: number } = {};
  readonly diagnostics: Diagnostic[] = [];
  readonly #events: EventSink;
  readonly #clock: Clock;
  readonly #scrubber: SecretScrubber;
  readonly #told = new WeakSet<object>();

  constructor(events: EventSink, clock: Clock, scrubber: SecretScrubber) {
    this.#events = events;
    this.#clock = clock;
    this.#scrubber = scrubber;
  }

  emit(event: WithoutTime<EngineEvent>): void {
    this.#events({ ...event, timeMs: this.#clock.nowMs() } as EngineEvent);
  }

  startDebugging({ config, message }: WaitingDebuggee): void {
    const scrubText = (value: PropertyValue): PropertyValue =>
      typeof value === 'string' ? this.#scrubber.scrub(value) : value;
    this.emit({
      kind: 'debugging-started',
      config: mapEntries(config, (value) => mapProperty(value, scrubText)),
      message: this.#scrubber.scrub(message),
    });
  }

  diagnose(diagnostic: Diagnostic): void {
    const scrubbed = { ...diagnostic, message: this.#scrubber.scrub(diagnostic.message) };
    if (scrubbed.severity === 'error' || scrubbed.severity === 'warning') this.diagnostics.push(scrubbed);
    this.emit({ kind: 'diagnostic', diagnostic: scrubbed });
  }

  /** Tells an error once, however many resources run into it. */
  diagnoseError(error: unknown, urn?: Urn, prefix = ''): void {
    if (typeof error === 'object' && error !== null) {
      if (this.#told.has(error)) return;
      this.#told.add(error);
    }
    const message = error instanceof Error ? error.message : String(error);
    const subject = urn ?? (error instanceof OperationError ? error.urn : undefined);
    const about = subject === undefined ? {} : { urn: subject };
    this.diagnose({ severity: 'error', message: `${prefix}${message}`, ...about });
  }

  get stepsDone(): number {
    return Object.values(this.changes).reduce((sum, count) => sum + count, 0);
  }

  count(step: StepInfo): void {
    if (step.isInternal) return;
    this.changes[step.op] = (this.changes[step.op] ?? 0) + 1;
  }
}

/** What the events say of a step on one resource. */
export function stepInfo(
  op: StepOp,
  states: { readonly old?: ResourceState; readonly new?: ResourceState },
  details: Partial<Pick<StepInfo, 'replaceKeys' | 'diffs' | 'detailedDiff'>> = {},
): StepInfo {
  const subject = states.new ?? states.old!;
  return {
    op,
    urn: subject.urn,
    type: subject.type,
    ...(states.old === undefined ? {} : { old: states.old }),
    ...(states.new === undefined ? {} : { new: states.new }),
    provider: subject.provider,
    ...(details.replaceKeys === undefined || details.replaceKeys.length === 0
      ? {}
      : { replaceKeys: details.replaceKeys }),
    ...(details.diffs === undefined || details.diffs.length === 0 ? {} : { diffs: details.diffs }),
    ...(details.detailedDiff === undefined ? {} : { detailedDiff: details.detailedDiff }),
    isLogical: !partialOps.has(op),
    isInternal: op === 'remove-pending-replace' || isDefaultProvider(subject.urn, subject.type),
  };
}

/** Steps that are halves of another one, or only look. */
const partialOps: ReadonlySet<StepOp> = new Set([
  'create-replacement',
  'delete-replaced',
  'discard-replaced',
  'remove-pending-replace',
  'import-replacement',
  'refresh',
]);

/** Whether the engine itself declared the provider (Pulumi: providers.IsDefaultProvider). */
export function isDefaultProvider(urn: Urn, type: string): boolean {
  return isProviderType(type) && urnName(urn).startsWith('default');
}
