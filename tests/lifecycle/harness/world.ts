import {
  type Autonaming,
  type CallContext,
  type CallRequest,
  type CallResult,
  type CheckRequest,
  type CheckResult,
  type ConfigureRequest,
  type ConstructRequest,
  type ConstructResult,
  type CreateRequest,
  type CreateResult,
  type DeleteRequest,
  type DiffRequest,
  type DiffResult,
  type InDoubtVerdict,
  mapUnknowns,
  OperationError,
  type PropertyMap,
  type PropertyValue,
  type Provider,
  type ProviderCapabilities,
  type ProviderLoad,
  propertyEquals,
  type ReadRequest,
  type ReadResult,
  Secret,
  Unknown,
  type UpdateRequest,
  type UpdateResult,
  type Urn,
} from '@radiant/model';

/** A real thing, as the provider for tests keeps it. */
export interface Thing {
  readonly id: string;
  readonly type: string;
  readonly props: PropertyMap;
}

export type WorldCall =
  | 'load'
  | 'checkConfig'
  | 'configure'
  | 'extend'
  | 'check'
  | 'diff'
  | 'create'
  | 'read'
  | 'update'
  | 'delete'
  | 'invoke'
  | 'construct'
  | 'call'
  | 'look-up';

/** What the process of a component declares, by the same monitor as the program. */
export type Construction = (request: ConstructRequest, engine: ProviderLoad) => Promise<ConstructResult>;
export type Method = (request: CallRequest, engine: ProviderLoad) => Promise<CallResult>;

/**
 * The world outside the engine, and the provider of package `test` that works on it. Things of every type have a name
 * that is unique: the input `name`, or the resource's own name with a number (for `Seeded`: with what chance says). `name` and `kind` cannot be changed in
 * place; two things with one name cannot stand beside each other. What `goesWith` another goes when that one is deleted.
 */
export class World {
  readonly things = new Map<string, Thing>();
  readonly calls: string[] = [];
  /** Called before every call to a provider; what it throws, the provider throws. */
  onCall: (call: WorldCall, subject: string) => void | Promise<void> = () => {};
  /** Called when a change has happened in the world and before the provider answers. */
  onDone: (call: WorldCall, subject: string) => void | Promise<void> = () => {};
  /** How long a call takes. */
  latency: () => Promise<void> = async () => {};
  capabilities: ProviderCapabilities = {
    acceptsSecrets: true,
    acceptsResources: true,
    supportsPreview: true,
    hasUniqueIds: true,
  };
  /** Reasons why a thing of that name does not get ready. */
  readonly unready = new Map<string, readonly string[]>();
  /** As over the wire to a plugin, which does not say where an unknown value comes from. */
  forgetsSources = false;
  /** Whether the provider wants things read before they are updated. */
  wantsRefresh = false;
  /** Whether the provider can look up creations whose outcome nobody recorded. */
  canLookUp = true;
  /** The components that the provider constructs, by type. */
  readonly components = new Map<string, Construction>();
  /** The methods of its resources, by token. */
  readonly methods = new Map<string, Method>();
  #nextNumber = 1;
  /** For whom things were made, and where: a thing is looked up by those alone. */
  readonly #makers = new Map<string, { readonly urn: Urn; readonly region: PropertyValue | undefined }>();

  names(): string[] {
    return [...this.things.keys()].sort();
  }

  /** A thing is gone, and what goes with it. */
  lose(id: string): void {
    this.things.delete(id);
    for (const thing of [...this.things.values()]) if (thing.props.goesWith === id) this.lose(thing.id);
  }

  provider(engine?: ProviderLoad): Provider {
    let region: PropertyValue | undefined;
    const provider: Provider = {
      capabilities: this.capabilities,
      checkConfig: async (request) => this.#checkConfig(request),
      diffConfig: async ({ oldInputs, newInputs }) =>
        propertyEquals(oldInputs, newInputs)
          ? { kind: 'none' }
          : someDiff(propertyEquals(oldInputs.region ?? null, newInputs.region ?? null) ? [] : ['region'], []),
      configure: (request) => {
        region = request.inputs.region;
        return this.#configure(request);
      },
      extend: ({ name, version }) => this.#note('extend', `${name} ${version}`),
      check: async (request) => {
        const { inputs, ...rest } = await this.#check(request);
        return { ...rest, inputs: this.#answer(inputs) };
      },
      diff: (request) => this.#diff(request),
      create: (request, context) => this.#create(request, context, region),
      read: (request) => this.#read(request),
      update: (request) => this.#update(request),
      delete: (request) => this.#delete(request),
      mustDeleteFirst: async ({ oldInputs, newInputs }) =>
        newInputs.isAutoNamed !== true && isEqual(oldInputs.name, newInputs.name),
      invoke: async ({ token, args }) => {
        await this.#note('invoke', token);
        return { result: { echo: args.text ?? null }, failures: [] };
      },
      close: async () => {},
    };
    if (engine !== undefined) {
      provider.construct = (request) => this.#construct(request, engine);
      provider.call = (request) => this.#call(request, engine);
    }
    if (this.canLookUp) provider.lookUpInDoubt = (request) => this.#lookUp(request, region);
    return provider;
  }

  #answer(values: PropertyMap): PropertyMap {
    return this.forgetsSources ? mapUnknowns(values, () => new Unknown()) : values;
  }

  async #construct(request: ConstructRequest, engine: ProviderLoad): Promise<ConstructResult> {
    const { type, name } = request.goal;
    await this.#note('construct', name);
    const construction = this.components.get(type);
    if (construction === undefined) throw new Error(`unknown component ${type}`);
    return construction(request, engine);
  }

  async #call(request: CallRequest, engine: ProviderLoad): Promise<CallResult> {
    await this.#note('call', request.token);
    const method = this.methods.get(request.token);
    if (method === undefined) throw new Error(`unknown method ${request.token}`);
    return method(request, engine);
  }

  async #note(call: WorldCall, subject: string): Promise<void> {
    await this.latency();
    this.calls.push(`${call} ${subject}`);
    await this.onCall(call, subject);
  }

  #checkConfig({ newInputs }: CheckRequest): CheckResult {
    this.calls.push('checkConfig provider');
    return { inputs: newInputs, failures: [] };
  }

  async #configure({ inputs }: ConfigureRequest) {
    await this.#note('configure', 'provider');
    return inputs.target === undefined ? {} : { target: String(inputs.target) };
  }

  async #check({ type, name, oldInputs, newInputs, randomSeed, autonaming }: CheckRequest): Promise<CheckResult> {
    await this.#note('check', name);
    if (newInputs.size === -1)
      return { inputs: newInputs, failures: [{ property: 'size', reason: 'must not be negative' }] };
    if (newInputs.name !== undefined) {
      const warnings = newInputs.isAutoNamed === true ? ['isAutoNamed is not for you to set'] : [];
      return { inputs: newInputs, failures: [], warnings };
    }
    if (oldInputs?.isAutoNamed !== true && autonaming !== undefined) return named(newInputs, autonaming);
    const suffix = () => (type === 'test:index:Seeded' ? Buffer.from(randomSeed).toString('hex') : this.#number());
    const auto = oldInputs?.isAutoNamed === true ? oldInputs.name! : `${name}-${suffix()}`;
    return { inputs: { ...newInputs, name: auto, isAutoNamed: true }, failures: [] };
  }

  #number(): number {
    this.#nextNumber += 1;
    return this.#nextNumber - 1;
  }

  async #diff({ type, id, oldInputs, newInputs }: DiffRequest): Promise<DiffResult> {
    await this.#note('diff', id);
    if (type === 'test:index:Undiffed') return { kind: 'unknown' };
    const keys = [...new Set([...Object.keys(oldInputs), ...Object.keys(newInputs)])];
    const changed = keys.filter((key) => !isEqual(oldInputs[key], newInputs[key]));
    if (changed.length === 0) return { kind: 'none' };
    const replaces = changed.filter((key) => key === 'name' || key === 'kind' || key.startsWith('fixed'));
    return someDiff(
      replaces,
      changed,
      replaces.length > 0 && newInputs.isAutoNamed !== true && isEqual(oldInputs.name, newInputs.name),
    );
  }

  async #create(
    { urn, type, inputs, isPreview, name }: CreateRequest,
    context: CallContext,
    region: PropertyValue | undefined,
  ): Promise<CreateResult> {
    const id = text(inputs.name);
    if (isPreview) return { id: '', outputs: this.#answer({ ...inputs, serial: new Unknown() }) };
    await this.#note('create', id);
    if (this.things.has(id)) throw new OperationError({ code: 'TEST_EXISTS', summary: `"${id}" already exists` });
    context.report(`creating ${name}`);
    const props = { ...inputs, serial: `serial-of-${id}` };
    this.things.set(id, { id, type, props });
    this.#makers.set(id, { urn, region });
    await this.#done('create', id);
    return { id, outputs: props, refreshBeforeUpdate: this.wantsRefresh, ...this.#readiness(id) };
  }

  async #update({ type, id, newInputs, isPreview }: UpdateRequest): Promise<UpdateResult> {
    const props = { ...newInputs, serial: `serial-of-${id}` };
    if (isPreview) return { outputs: props };
    await this.#note('update', id);
    if (!this.things.has(id)) throw new OperationError({ code: 'TEST_GONE', summary: `"${id}" does not exist` });
    this.things.set(id, { id, type, props });
    await this.#done('update', id);
    return { outputs: props, refreshBeforeUpdate: this.wantsRefresh, ...this.#readiness(id) };
  }

  async #read({ id, inputs }: ReadRequest): Promise<ReadResult> {
    await this.#note('read', id);
    const thing = this.things.get(id);
    if (thing === undefined) return undefined;
    const { serial: _, ...rest } = thing.props;
    const isAutoNamed = inputs?.isAutoNamed;
    const inputsFound = isAutoNamed === undefined ? rest : { ...rest, isAutoNamed };
    return { id, inputs: inputsFound, outputs: thing.props, refreshBeforeUpdate: this.wantsRefresh };
  }

  async #delete({ id }: DeleteRequest): Promise<void> {
    await this.#note('delete', id);
    this.lose(id);
    await this.#done('delete', id);
  }

  async #lookUp({ urn, inputs }: CreateRequest, region: PropertyValue | undefined): Promise<InDoubtVerdict> {
    const id = text(inputs.name);
    await this.#note('look-up', id);
    const thing = this.things.get(id);
    const maker = this.#makers.get(id);
    const isAnothers = maker !== undefined && (maker.urn !== urn || !isEqual(maker.region, region));
    return thing === undefined || isAnothers ? { kind: 'absent' } : { kind: 'exists', id, outputs: thing.props };
  }

  async #done(call: WorldCall, subject: string): Promise<void> {
    await this.latency();
    await this.onDone(call, subject);
  }

  #readiness(id: string): { readonly initErrors?: readonly string[] } {
    const reasons = this.unready.get(id);
    return reasons === undefined ? {} : { initErrors: reasons };
  }
}

/** A world whose provider does what `change` says instead of what it is honest about. */
export function worldWith(change: (honest: Provider) => Partial<Provider>): World {
  const world = new World();
  const provide = world.provider.bind(world);
  world.provider = (engine) => {
    const honest = provide(engine);
    return { ...honest, ...change(honest) };
  };
  return world;
}

function named(inputs: PropertyMap, { mode, proposedName }: Autonaming): CheckResult {
  return mode === 'disable'
    ? { inputs, failures: [{ property: '', reason: 'a name must be given' }] }
    : { inputs: { ...inputs, name: proposedName, isAutoNamed: true }, failures: [] };
}

function someDiff(replaceKeys: readonly string[], diffs: readonly string[], deleteBeforeReplace = false): DiffResult {
  return { kind: 'some', replaceKeys, diffs, deleteBeforeReplace };
}

function isEqual(a: PropertyValue | undefined, b: PropertyValue | undefined): boolean {
  return (a === undefined && b === undefined) || propertyEquals(reveal(a), reveal(b));
}

function reveal(value: PropertyValue | undefined): PropertyValue | undefined {
  return value instanceof Secret ? value.value : value;
}

function text(value: PropertyValue | undefined): string {
  const inner = reveal(value);
  return typeof inner === 'string' ? inner : '?';
}
