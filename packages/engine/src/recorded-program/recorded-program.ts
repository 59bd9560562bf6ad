import {
  formatProviderReference,
  MonitorClosedError,
  type ProgramOutcome,
  type ProgramRunner,
  parseProviderReference,
  type RegisterResourceResult,
  type ResourceMonitor,
  type ResourceState,
  referencedUrns,
  type Snapshot,
  stackType,
  type Urn,
  unknownId,
} from '@radiant/model';
import { goalOfRecord, nameOf } from './goal-of-record.ts';
import { recordedProvider } from './recorded-plugin.ts';
import { defaultProviderOf, type RecordedResources, recordedResources } from './recorded-resources.ts';
import { type ChangedTexts, changedTexts, mergeChanges, type Redeclared, relink } from './relink.ts';

/**
 * A program that declares what was declared when `target` was recorded. It runs like any other: what is there already is
 * compared and changed, what is gone is made again, and what was not there then is deleted. `current` tells which
 * resources only have another name now.
 */
export function recordedProgram(target: Snapshot, current: Snapshot): ProgramRunner {
  return {
    async run(monitor): Promise<ProgramOutcome> {
      try {
        await redeclare(monitor, target, current);
        return { kind: 'finished' };
      } catch (error) {
        if (error instanceof MonitorClosedError) return { kind: 'cancelled' };
        throw error;
      }
    },
  };
}

/** Declares what was declared when `target` was recorded, and then `more`, before components tell their outputs. */
export async function redeclare(
  monitor: ResourceMonitor,
  target: Snapshot,
  current: Snapshot,
  more: () => Promise<void> = async () => {},
): Promise<void> {
  await new Redeclaration(monitor, recordedResources(target), current).run(more);
}

class Redeclaration {
  readonly #monitor: ResourceMonitor;
  readonly #recorded: RecordedResources;
  readonly #current: CurrentRecords;
  /** By the URN in the record. Each is there before what refers to it is declared. */
  readonly #pending = new Map<Urn, Promise<void>>();
  readonly #redeclared = new Map<Urn, Redeclared>();
  readonly #changes = new Map<Urn, ChangedTexts>();

  constructor(monitor: ResourceMonitor, recorded: RecordedResources, current: Snapshot) {
    this.#monitor = monitor;
    this.#recorded = recorded;
    this.#current = indexCurrent(current, new Set(recorded.declared.map(({ urn }) => urn)));
  }

  async run(more: () => Promise<void>): Promise<void> {
    const { declared } = this.#recorded;
    this.#warnOfHooks();
    for (const state of declared) this.#pending.set(state.urn, this.#declare(state));
    // All have ended before the first failure is told.
    await Promise.allSettled(this.#pending.values());
    await Promise.all(this.#pending.values());
    await more();
    const changed = mergeChanges([...this.#changes.values()]);
    // Parts before wholes, the stack last.
    for (const { urn, ownership, outputs } of [...declared].reverse()) {
      if (ownership !== 'component') continue;
      await this.#monitor.registerResourceOutputs(this.#urnOf(urn)!, relink(outputs, changed, this.#redeclared));
    }
  }

  async #declare(state: ResourceState): Promise<void> {
    await Promise.all([...referencedUrns(state)].map((urn) => this.#pending.get(urn)));
    const now = state.ownership === 'external' ? await this.#read(state) : await this.#register(state);
    // What a component gives is what it registers at its end.
    const outputs = state.ownership === 'component' ? state.outputs : now.outputs;
    const redeclared = { state, now: { ...now, outputs } };
    this.#redeclared.set(state.urn, redeclared);
    this.#changes.set(state.urn, changedTexts(redeclared));
  }

  async #register(state: ResourceState): Promise<RegisterResourceResult> {
    const { urn, id, importId, type } = state;
    const present = this.#current.byUrn.get(urn);
    const alias = present === undefined ? this.#current.renamed.get(thingOf(state)) : undefined;
    const goal = goalOfRecord(state, {
      inputs: this.#inputs(state),
      parent: type === stackType || state.parent === undefined ? undefined : this.#urnOf(state.parent),
      provider: this.#provider(state),
      plugin: this.#plugin(state),
      aliases: alias === undefined ? [] : [{ kind: 'urn', urn: alias }],
      // What is not there any more cannot be adopted; it is made.
      importId: present?.id === id ? importId : undefined,
      replacementTrigger:
        state.replacementTrigger === undefined
          ? undefined
          : relink(state.replacementTrigger, this.#changed(state.dependencies), this.#redeclared),
      urnOf: (recorded) => this.#urnOf(recorded),
    });
    return await this.#monitor.registerResource(goal);
  }

  async #read(state: ResourceState): Promise<Redeclared['now']> {
    const { type, id, parent, additionalSecretOutputs, sourcePosition, stackTrace, dependencies } = state;
    const provider = this.#provider(state);
    const { version, downloadUrl, checksums } = this.#plugin(state);
    const recordedParent = parent === undefined ? undefined : this.#urnOf(parent);
    const changed = this.#changed(dependencies);
    const now = changed.get(id);
    const known = now === undefined ? id : typeof now === 'string' ? now : undefined;
    const read = await this.#monitor.readResource({
      type,
      name: nameOf(state),
      id: known,
      ...(recordedParent !== undefined && { parent: recordedParent }),
      inputs: this.#inputs(state),
      dependencies: dependencies.map((urn) => this.#urnOf(urn)).filter((urn) => urn !== undefined),
      ...(provider !== undefined && { provider }),
      ...(version !== undefined && { version }),
      ...(downloadUrl !== undefined && { pluginDownloadUrl: downloadUrl }),
      ...(checksums !== undefined && { pluginChecksums: checksums }),
      additionalSecretOutputs,
      ...(sourcePosition !== undefined && { sourcePosition }),
      stackTrace,
    });
    return { ...read, id: known ?? '' };
  }

  /** What others gave then is what they give now, in each property that came by them. */
  #inputs({ inputs, dependencies, propertyDependencies }: ResourceState): ResourceState['inputs'] {
    const isListed = Object.keys(propertyDependencies).length > 0;
    return Object.fromEntries(
      Object.entries(inputs).map(([property, value]) => {
        const urns = isListed ? (propertyDependencies[property] ?? []) : dependencies;
        return [property, relink(value, this.#changed(urns), this.#redeclared)];
      }),
    );
  }

  #changed(urns: readonly Urn[]): ChangedTexts {
    return mergeChanges(urns.map((urn) => this.#changes.get(urn)).filter((changes) => changes !== undefined));
  }

  #urnOf(recorded: Urn): Urn | undefined {
    return this.#redeclared.get(recorded)?.now.urn;
  }

  /** The reference of a provider of the program; the engine declares default providers itself. */
  #provider({ provider }: ResourceState): string | undefined {
    const reference = parseProviderReference(provider);
    const redeclared = reference === undefined ? undefined : this.#redeclared.get(reference.urn);
    if (redeclared === undefined) return undefined;
    const { urn, id } = redeclared.now;
    return formatProviderReference({ urn, id: id === '' ? unknownId : id });
  }

  #plugin(state: ResourceState) {
    const provider = defaultProviderOf(state, this.#recorded);
    return provider === undefined ? {} : recordedProvider(provider.inputs).plugin;
  }

  #warnOfHooks(): void {
    const count = this.#recorded.declared.filter(({ hooks }) => hooks !== undefined).length;
    if (count === 0) return;
    const message =
      `${count} of the resources had hooks. Hooks are functions of the program, which does not run: ` +
      'none is called, and they are attached again by the next up of the program.';
    this.#monitor.log({ severity: 'warning', message });
  }
}

interface CurrentRecords {
  readonly byUrn: ReadonlyMap<Urn, ResourceState>;
  /** What there is now under a URN that is not to be declared. */
  readonly renamed: ReadonlyMap<string, Urn>;
}

function indexCurrent({ resources }: Snapshot, declared: ReadonlySet<Urn>): CurrentRecords {
  const live = resources.filter(({ disposition }) => disposition === 'live');
  return {
    byUrn: new Map(live.map((state) => [state.urn, state])),
    renamed: new Map(
      live
        .filter(({ urn, ownership }) => ownership === 'managed' && !declared.has(urn))
        .map((state) => [thingOf(state), state.urn]),
    ),
  };
}

/** Names the thing behind a record, whatever URN it has. */
function thingOf({ type, id, provider }: ResourceState): string {
  return `${type} ${parseProviderReference(provider)?.urn ?? ''} ${id}`;
}
