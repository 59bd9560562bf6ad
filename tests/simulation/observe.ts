import { type OperationOutcome, runOperation } from '@radiant/engine';
import {
  type EngineEvent,
  emptySnapshot,
  type JournalEntry,
  OperationError,
  OutcomeUnknownError,
  type Plan,
  type PropertyMap,
  type Random,
  Replay,
  type ResourceState,
  Secret,
  type Snapshot,
} from '@radiant/model';
import { simulatedClock, simulatedRandom } from '../lifecycle/harness/simulated.ts';
import { type ProgramBody, programRunner } from '../lifecycle/harness/stack.ts';
import type { Thing, World, WorldCall } from '../lifecycle/harness/world.ts';
import type { Fault } from './scenario.ts';
import { writtenForm } from './written-form.ts';

/** A call that changes something in the world, and what was durable when it was made. */
export interface ChangingCall {
  readonly call: 'create' | 'update' | 'delete';
  readonly id: string;
  readonly pending: Snapshot['pendingOperations'];
  /** For a deletion: what is recorded and cannot outlive the thing. */
  readonly leaning: readonly ResourceState[];
}

/** One operation as it was seen from outside: everything that the invariants judge. */
export interface Observation {
  readonly kind: 'up' | 'refresh' | 'destroy';
  readonly isPreview: boolean;
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
  readonly things: { readonly before: ReadonlyMap<string, Thing>; readonly after: ReadonlyMap<string, Thing> };
  /** Whether something went wrong that the scenario asked for. */
  readonly isDisturbed: boolean;
  readonly plan?: Plan;
}

export interface Operation {
  readonly kind: Observation['kind'];
  readonly isPreview?: boolean;
  readonly body?: ProgramBody;
  readonly refresh?: boolean;
  readonly makesPlan?: boolean;
  readonly plan?: Plan | undefined;
  readonly fault?: Fault | undefined;
}

class Crash extends Error {
  override readonly name = 'Crash';
}

/** A stack, the world it works on, and chance that a preview and the operation after it share. */
export class Simulation {
  snapshot: Snapshot = emptySnapshot;
  readonly world: World;
  #operations = 0;

  constructor(world: World) {
    this.world = world;
  }

  async run(operation: Operation): Promise<Observation> {
    const { isPreview = false, fault } = operation;
    const before = this.snapshot;
    const recorder = new Recorder(this.world, before, fault, isPreview);
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
      before,
      after: this.snapshot,
      written: await writtenForm(this.snapshot),
      journal: recorder.journal,
      events: recorder.events,
      calls: recorder.calls,
      things: { before: thingsBefore, after: new Map(this.world.things) },
      isDisturbed: recorder.isDisturbed,
      ...result,
    };
  }

  async #operate(operation: Operation, recorder: Recorder): Promise<Pick<Observation, 'result' | 'errors'>> {
    const { kind, isPreview = false, body, refresh, makesPlan, plan } = operation;
    const running = runOperation(
      {
        kind,
        isPreview,
        project: 'proj',
        stack: 'dev',
        organization: 'organization',
        config: {},
        configSecretKeys: [],
        parallel: 16,
        projectRoot: '/project',
        snapshot: this.snapshot,
        options: {
          ...(refresh === undefined ? {} : { refresh }),
          ...(makesPlan === undefined ? {} : { makesPlan }),
          ...(plan === undefined ? {} : { plan }),
        },
      },
      {
        providers: { load: (request) => recorder.load(request.packageName) },
        ...(body === undefined ? {} : { program: programRunner(body, 'dev', {}) }),
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

/** Stands between the engine, its journal and the world: remembers, and lets go wrong what is to go wrong. */
class Recorder {
  readonly journal: JournalEntry[] = [];
  readonly events: EngineEvent[] = [];
  readonly calls: ChangingCall[] = [];
  readonly drain = new AbortController();
  readonly terminate = new AbortController();
  readonly replay: Replay;
  isDisturbed = false;
  isDead = false;
  readonly #world: World;
  readonly #fault: Fault | undefined;
  #seenCalls = -1;
  #isJournalBroken = false;
  /** Whose answer gets lost. */
  #lostId: string | undefined;

  constructor(world: World, before: Snapshot, fault: Fault | undefined, isPreview: boolean) {
    this.#world = world;
    this.replay = new Replay(before);
    this.#fault = isPreview && fault?.kind !== 'provider-missing' ? undefined : fault;
    world.onCall = (call, subject) => this.#beforeCall(call, subject);
    world.onDone = (call, subject) => this.#afterCall(call, subject);
  }

  release(): void {
    this.#world.onCall = () => {};
    this.#world.onDone = () => {};
    this.#world.unready.clear();
  }

  async load(packageName: string) {
    if (this.#fault?.kind === 'provider-missing') {
      this.isDisturbed = true;
      throw new OperationError({ code: 'TEST_NO_PROVIDER', summary: `nobody serves package ${packageName}` });
    }
    return this.#world.provider();
  }

  async append(entry: JournalEntry): Promise<void> {
    if (this.isDead) throw new Crash();
    const isMet = this.#fault?.at === this.journal.length;
    if (this.#isJournalBroken || (isMet && this.#fault?.kind === 'journal-fails')) {
      this.#isJournalBroken = true;
      this.isDisturbed = true;
      throw new OperationError({ code: 'TEST_DISK_FULL', summary: 'the disk is full' });
    }
    const crashes = isMet && (this.#fault?.kind === 'crash-before' || this.#fault?.kind === 'crash-after');
    if (!crashes || this.#fault?.kind === 'crash-after') {
      this.journal.push(entry);
      this.replay.apply(entry);
    }
    if (!crashes) return;
    this.isDead = true;
    this.isDisturbed = true;
    throw new Crash();
  }

  #beforeCall(call: WorldCall, id: string): void {
    // A dead process calls nobody any more.
    if (this.isDead) throw new Crash();
    if (!isChanging(call)) return;
    const { resources, pendingOperations } = this.replay.snapshot();
    const leaning = call === 'delete' ? resources.filter((state) => leansOn(this.#world, state, id)) : [];
    this.calls.push({ call, id, pending: pendingOperations, leaning });
    this.#seenCalls += 1;
    const fault = this.#fault;
    if (fault === undefined || fault.at !== this.#seenCalls) return;
    const near = `near ${this.#secretOf(id) ?? 'nothing secret'}`;
    this.#disturb(fault.kind, {
      fails: () => {
        throw new Error(`simulated failure ${near}`);
      },
      'fails-strangely': () => {
        throw { toString: () => `strange failure ${near}` };
      },
      'in-doubt-before': () => {
        throw new OutcomeUnknownError(`lost the connection ${near}`);
      },
      'in-doubt-after': () => {
        this.#lostId = id;
      },
      'never-ready': () => {
        this.#world.unready.set(id, [`it never became ready ${near}`]);
      },
      drain: () => this.drain.abort(),
      terminate: () => this.terminate.abort(),
    });
  }

  #afterCall(call: WorldCall, id: string): void {
    if (this.isDead) throw new Crash();
    if (!isChanging(call) || this.#lostId !== id) return;
    this.#lostId = undefined;
    throw new OutcomeUnknownError('lost the connection after all was done');
  }

  #disturb(kind: Fault['kind'], effects: { readonly [kind in Fault['kind']]?: () => void }): void {
    const effect = effects[kind];
    if (effect === undefined) return;
    this.isDisturbed = true;
    effect();
  }

  /** A secret of the resource that a call is about: what providers tend to put into their messages. */
  #secretOf(id: string): string | undefined {
    const { resources, pendingOperations } = this.replay.snapshot();
    const recorded = [...pendingOperations.map(({ resource }) => resource), ...resources];
    const subject = recorded.find((state) => state.id === id || (state.id === '' && textOf(state.inputs.name) === id));
    const password = subject?.inputs.password;
    return password instanceof Secret ? String(password.value) : undefined;
  }
}

function isChanging(call: WorldCall): call is ChangingCall['call'] {
  return call === 'create' || call === 'update' || call === 'delete';
}

/** Whether a thing that we own could not outlive the one of that id. */
function leansOn(
  { things }: World,
  { id, ownership, disposition, retainOnDelete }: ResourceState,
  on: string,
): boolean {
  const props = things.get(id)?.props;
  if (
    props === undefined ||
    id === on ||
    on.startsWith('foreign-') ||
    ownership !== 'managed' ||
    disposition === 'awaiting-recreate'
  )
    return false;
  if (retainOnDelete || props.goesWith !== undefined) return false;
  return [props.fixedTo, props.fixedOn].includes(`serial-of-${on}`);
}

function textOf(value: PropertyMap[string] | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
