import {
  type EngineEvent,
  type JournalEntry,
  OperationError,
  OutcomeUnknownError,
  type PropertyMap,
  type ProviderLoad,
  Replay,
  type ResourceState,
  Secret,
  type Snapshot,
} from '@radiant/model';
import type { World, WorldCall } from '../lifecycle/harness/world.ts';
import { announcementOf, type ChangingCall } from './announcement.ts';
import type { Chronicle } from './chronicle.ts';
import type { Ears, HookCall, RetryCall } from './hooks.ts';
import type { Fault } from './scenario.ts';

/** Something that happened when so many changing calls had been made. */
export type Placed<Event> = Event & { readonly callsBefore: number };

class Crash extends Error {
  override readonly name = 'Crash';
}

/** Stands between the engine, its journal and the world: remembers, and lets go wrong what is to go wrong. */
export class Recorder implements Ears {
  readonly journal: JournalEntry[] = [];
  readonly events: EngineEvent[] = [];
  readonly calls: ChangingCall[] = [];
  readonly hookCalls: Placed<HookCall>[] = [];
  readonly retryCalls: Placed<RetryCall>[] = [];
  readonly drain = new AbortController();
  readonly terminate = new AbortController();
  readonly replay: Replay;
  isDisturbed = false;
  isDead = false;
  readonly #world: World;
  readonly #chronicle: Chronicle;
  readonly #fault: Fault | undefined;
  #seenCalls = -1;
  #seenChanges = -1;
  readonly #late = new Set<ResourceState>();
  #isJournalBroken = false;
  /** Whose answer gets lost. */
  #lostId: string | undefined;

  constructor(
    { world, chronicle }: { readonly world: World; readonly chronicle: Chronicle },
    before: Snapshot,
    fault: Fault | undefined,
    isPreview: boolean,
  ) {
    this.#world = world;
    this.#chronicle = chronicle;
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

  get isInterrupted(): boolean {
    return this.drain.signal.aborted || this.terminate.signal.aborted;
  }

  hook(call: HookCall): void {
    this.hookCalls.push({ ...call, callsBefore: this.calls.length });
  }

  retry(call: RetryCall): void {
    this.retryCalls.push({ ...call, callsBefore: this.calls.length });
  }

  interrupt(): void {
    this.isDisturbed = true;
    this.drain.abort();
  }

  async load(request: ProviderLoad) {
    if (this.#fault?.kind === 'provider-missing') {
      this.isDisturbed = true;
      throw new OperationError({ code: 'TEST_NO_PROVIDER', summary: `nobody serves package ${request.packageName}` });
    }
    return this.#world.provider(request);
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
      if (entry.kind === 'begin' && this.isInterrupted) this.#late.add(entry.resource);
    }
    if (!crashes) return;
    this.isDead = true;
    this.isDisturbed = true;
    throw new Crash();
  }

  #beforeCall(call: WorldCall, id: string): void {
    // A dead process calls nobody any more.
    if (this.isDead) throw new Crash();
    this.#seenCalls += 1;
    if (isChanging(call)) {
      this.#seenChanges += 1;
      this.#note(call, id);
    }
    const fault = this.#fault;
    if (fault === undefined) return;
    if (fault.kind === 'drain-and-terminate' && this.drain.signal.aborted) this.terminate.abort();
    if (!isChanging(call) && fault.countsAll !== true) return;
    if (fault.at !== (fault.countsAll === true ? this.#seenCalls : this.#seenChanges)) return;
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
      'drain-and-terminate': () => this.drain.abort(),
      terminate: () => this.terminate.abort(),
    });
  }

  #note(call: ChangingCall['call'], id: string): void {
    const { resources, pendingOperations: pending } = this.replay.snapshot();
    const leaning = call === 'delete' ? resources.filter((state) => this.#leansOn(state, id)) : [];
    const announced = announcementOf({ call, id, pending });
    const isLate = announced !== undefined && this.#late.has(announced);
    this.calls.push({ call, id, pending, leaning, isLate });
  }

  #leansOn(state: ResourceState, on: string): boolean {
    return leansOn(this.#world, state, on) && this.#chronicle.mayKnow(state.id, on);
  }

  #afterCall(call: WorldCall, id: string): void {
    if (isChanging(call)) this.#chronicle.note(call, id);
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
