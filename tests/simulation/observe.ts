import { type OperationOptions, type OperationOutcome, runOperation } from '@radiant/engine';
import {
  type EngineEvent,
  emptySnapshot,
  type JournalEntry,
  type Plan,
  type Random,
  type Snapshot,
} from '@radiant/model';
import { simulatedClock, simulatedRandom } from '../lifecycle/harness/simulated.ts';
import { type ProgramBody, programRunner } from '../lifecycle/harness/stack.ts';
import type { Thing, World } from '../lifecycle/harness/world.ts';
import type { ChangingCall } from './announcement.ts';
import { Chronicle } from './chronicle.ts';
import type { Ears, HookCall, RetryCall } from './hooks.ts';
import { projectName, stackName } from './names.ts';
import { type Placed, Recorder } from './recorder.ts';
import type { Fault } from './scenario.ts';
import { writtenForm } from './written-form.ts';

/** One operation as it was seen from outside: everything that the invariants judge. */
export interface Observation {
  readonly kind: 'up' | 'refresh' | 'destroy';
  readonly isPreview: boolean;
  readonly options: OperationOptions;
  readonly before: Snapshot;
  readonly after: Snapshot;
  /** `after` as it is written to a store. */
  readonly written: string;
  /** What became durable. */
  readonly journal: readonly JournalEntry[];
  readonly events: readonly EngineEvent[];
  readonly result: OperationOutcome['result'] | 'threw' | 'crashed' | 'hangs';
  readonly thrown?: unknown;
  readonly errors: readonly string[];
  readonly calls: readonly ChangingCall[];
  readonly hookCalls: readonly Placed<HookCall>[];
  readonly retryCalls: readonly Placed<RetryCall>[];
  readonly things: { readonly before: ReadonlyMap<string, Thing>; readonly after: ReadonlyMap<string, Thing> };
  /** Whether something went wrong that the scenario asked for. */
  readonly isDisturbed: boolean;
  readonly isInterrupted: boolean;
  readonly plan?: Plan;
}

export interface Operation {
  readonly kind: Observation['kind'];
  readonly isPreview?: boolean;
  readonly program?: (ears: Ears) => ProgramBody;
  readonly options?: OperationOptions;
  readonly fault?: Fault | undefined;
}

/** A stack, the world it works on, and chance that a preview and the operation after it share. */
export class Simulation {
  snapshot: Snapshot = emptySnapshot;
  readonly world: World;
  readonly chronicle = new Chronicle();
  readonly #parallel: number;
  #operations = 0;

  constructor(world: World, parallel = 16) {
    this.world = world;
    this.#parallel = parallel;
  }

  async run(operation: Operation): Promise<Observation> {
    const { isPreview = false, options = {}, fault } = operation;
    const before = this.snapshot;
    const recorder = new Recorder(this, before, fault, isPreview);
    const thingsBefore = new Map(this.world.things);
    const result = await this.#operate(operation, recorder);
    // What the operation no longer waited for comes to its end before the next one.
    await new Promise((resolve) => setImmediate(resolve));
    recorder.release();
    if (!isPreview) {
      this.#operations += 1;
      this.snapshot = recorder.replay.snapshot();
    }
    return {
      kind: operation.kind,
      isPreview,
      options,
      before,
      after: this.snapshot,
      written: await writtenForm(this.snapshot),
      journal: recorder.journal,
      events: recorder.events,
      calls: recorder.calls,
      hookCalls: recorder.hookCalls,
      retryCalls: recorder.retryCalls,
      things: { before: thingsBefore, after: new Map(this.world.things) },
      isDisturbed: recorder.isDisturbed,
      isInterrupted: recorder.isInterrupted,
      ...result,
    };
  }

  async #operate(operation: Operation, recorder: Recorder): Promise<Pick<Observation, 'result' | 'errors'>> {
    const { kind, isPreview = false, program, options = {} } = operation;
    const running = runOperation(
      {
        kind,
        isPreview,
        project: projectName,
        stack: stackName,
        organization: 'organization',
        config: {},
        configSecretKeys: [],
        parallel: this.#parallel,
        projectRoot: '/project',
        snapshot: this.snapshot,
        options,
      },
      {
        providers: { load: (request) => recorder.load(request) },
        ...(program === undefined ? {} : { program: programRunner(program(recorder), stackName, {}) }),
        journal: { append: (entry) => recorder.append(entry) },
        clock: simulatedClock(),
        random: this.#random(),
        events: (event) => recorder.events.push(event),
        cancellation: { drain: recorder.drain.signal, terminate: recorder.terminate.signal },
      },
    );
    const ended = running.then(
      (outcome) => ofOutcome(outcome),
      (thrown: unknown) => ({
        result: recorder.isDead ? ('crashed' as const) : ('threw' as const),
        thrown,
        errors: [],
      }),
    );
    return Promise.race([ended, hanging()]);
  }

  /** Names what is made after the operation, so that a preview says what the operation after it will do. */
  #random(): Random {
    const { uuid } = simulatedRandom(this.#operations + 1);
    return {
      seed: (name) =>
        simulatedRandom(hash(`${this.#operations} ${name}`))
          .seed(name)
          .slice(0, 4),
      uuid,
    };
  }
}

function ofOutcome({ result, diagnostics, plan }: OperationOutcome) {
  const errors = diagnostics.filter(({ severity }) => severity === 'error').map(({ message }) => message);
  return { result, errors, ...(plan === undefined ? {} : { plan }) };
}

/** Nothing here takes time: what has not ended when the microtasks have run dry waits for ever. */
async function hanging() {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  return { result: 'hangs' as const, errors: [] };
}

function hash(text: string): number {
  let value = 2166136261;
  for (const character of text) value = Math.imul(value ^ character.codePointAt(0)!, 16777619);
  return value >>> 0;
}
