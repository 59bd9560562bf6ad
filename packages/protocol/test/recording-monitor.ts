import {
  childUrn,
  type Diagnostic,
  type ErrorHook,
  type ExistsResourceRequest,
  type Goal,
  type InvokeTransform,
  type MonitorCallRequest,
  type MonitorCallResult,
  type MonitorInvokeRequest,
  type MonitorInvokeResult,
  type OperationInfo,
  type PackageDescription,
  type PropertyMap,
  type ReadResourceRequest,
  type ReadResourceResult,
  type RegisterResourceResult,
  type ResourceHook,
  type ResourceMonitor,
  type ResourceTransform,
  Unknown,
  type Urn,
  type WaitingDebuggee,
} from '@radiant/model';

/** What a test wants to be different. */
export interface MonitorBehaviour {
  readonly info?: Partial<OperationInfo>;
  readonly register?: (
    goal: Goal,
    urn: Urn,
  ) => Partial<RegisterResourceResult> | Promise<Partial<RegisterResourceResult>>;
  readonly invoke?: (request: MonitorInvokeRequest) => MonitorInvokeResult | Promise<MonitorInvokeResult>;
  readonly read?: (request: ReadResourceRequest) => PropertyMap;
}

/** A monitor without an engine: everything asked of it succeeds at once, and is remembered. */
export class RecordingMonitor implements ResourceMonitor {
  readonly info: OperationInfo;
  readonly goals: Goal[] = [];
  readonly outputs = new Map<Urn, PropertyMap>();
  readonly reads: ReadResourceRequest[] = [];
  readonly invokes: MonitorInvokeRequest[] = [];
  readonly calls: MonitorCallRequest[] = [];
  readonly packages: PackageDescription[] = [];
  readonly diagnostics: Diagnostic[] = [];
  readonly debuggees: WaitingDebuggee[] = [];
  readonly stackTransforms: ResourceTransform[] = [];
  readonly invokeTransforms: InvokeTransform[] = [];
  readonly hooks: ResourceHook[] = [];
  readonly errorHooks: ErrorHook[] = [];
  readonly behaviour: MonitorBehaviour;
  shutdownSignals = 0;

  constructor(behaviour: MonitorBehaviour = {}) {
    this.behaviour = behaviour;
    this.info = {
      organization: 'organization',
      project: 'shop',
      stack: 'dev',
      config: {},
      configSecretKeys: [],
      isDryRun: false,
      parallel: 8,
      ...behaviour.info,
    };
  }

  goal(name: string): Goal {
    const goal = this.goals.find((candidate) => candidate.name === name);
    if (goal === undefined) throw new Error(`"${name}" was not registered`);
    return goal;
  }

  get stackOutputs(): PropertyMap {
    const [urn] = [...this.outputs.keys()].filter((candidate) => candidate.includes('::pulumi:pulumi:Stack::'));
    return urn === undefined ? {} : this.outputs.get(urn)!;
  }

  /** What the program said to the user, with debug messages left out. */
  get messages(): readonly string[] {
    return this.diagnostics.filter(({ severity }) => severity !== 'debug').map(({ message }) => message);
  }

  async registerResource(goal: Goal): Promise<RegisterResourceResult> {
    this.goals.push(goal);
    const urn = childUrn(this.info.stack, this.info.project, goal.parent, goal.type, goal.name);
    const isNew = this.info.isDryRun && goal.kind === 'custom';
    const result: RegisterResourceResult = {
      urn,
      id: goal.kind === 'custom' && !isNew ? `${goal.name}-id` : '',
      outputs: goal.kind === 'custom' ? { ...goal.inputs, computed: isNew ? new Unknown() : `of ${goal.name}` } : {},
      outcome: 'succeeded',
    };
    return { ...result, ...(await this.behaviour.register?.(goal, urn)) };
  }

  async registerResourceOutputs(urn: Urn, outputs: PropertyMap): Promise<void> {
    this.outputs.set(urn, outputs);
  }

  async readResource(request: ReadResourceRequest): Promise<ReadResourceResult> {
    this.reads.push(request);
    const urn = childUrn(this.info.stack, this.info.project, request.parent, request.type, request.name);
    return { urn, outputs: this.behaviour.read?.(request) ?? request.inputs };
  }

  async existsResource({ id }: ExistsResourceRequest): Promise<boolean | undefined> {
    return id === undefined ? undefined : id !== 'gone';
  }

  async invoke(request: MonitorInvokeRequest): Promise<MonitorInvokeResult> {
    this.invokes.push(request);
    return this.behaviour.invoke?.(request) ?? { kind: 'known', result: request.args, failures: [] };
  }

  async call(request: MonitorCallRequest): Promise<MonitorCallResult> {
    this.calls.push(request);
    return { result: request.args, resultDependencies: request.argDependencies, failures: [] };
  }

  async registerPackage(description: PackageDescription): Promise<string> {
    this.packages.push(description);
    return `package-${this.packages.length}`;
  }

  registerStackTransform(transform: ResourceTransform): void {
    this.stackTransforms.push(transform);
  }

  registerInvokeTransform(transform: InvokeTransform): void {
    this.invokeTransforms.push(transform);
  }

  registerResourceHook(hook: ResourceHook): void {
    this.hooks.push(hook);
  }

  registerErrorHook(hook: ErrorHook): void {
    this.errorHooks.push(hook);
  }

  async signalAndWaitForShutdown(): Promise<void> {
    this.shutdownSignals += 1;
  }

  log(diagnostic: Diagnostic): void {
    this.diagnostics.push(diagnostic);
  }

  startDebugging(debuggee: WaitingDebuggee): void {
    this.debuggees.push(debuggee);
  }
}
