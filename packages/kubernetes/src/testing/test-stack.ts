import type {
  CallContext,
  ConfigureResult,
  CreateResult,
  DiffResult,
  PropertyMap,
  Provider,
  ReadResult,
  UpdateResult,
  Urn,
} from '@radiant/model';
import { createKubernetesProvider } from '../index.ts';
import type { KubernetesProviderOptions } from '../kubernetes-provider.ts';
import { realClock } from './real-clock.ts';

/** A resource as a state would have it. */
export interface TestResource {
  readonly urn: Urn;
  readonly type: string;
  readonly name: string;
  readonly id: string;
  readonly inputs: PropertyMap;
  readonly outputs: PropertyMap;
  readonly initErrors: readonly string[];
}

export interface TestContext extends CallContext {
  readonly reports: string[];
  readonly warnings: string[];
}

export function testContext(signal: AbortSignal = new AbortController().signal): TestContext {
  const reports: string[] = [];
  const warnings: string[] = [];
  return { signal, reports, warnings, report: (text) => reports.push(text), warn: (text) => warnings.push(text) };
}

/** Drives one provider as the engine does: check before create, check and diff before update. */
export class TestStack {
  readonly provider: Provider;
  readonly configured: ConfigureResult;
  readonly announced: readonly string[];
  #seed = 0;

  private constructor(provider: Provider, configured: ConfigureResult, announced: readonly string[]) {
    this.provider = provider;
    this.configured = configured;
    this.announced = announced;
  }

  static async open(
    inputs: PropertyMap,
    options: Partial<KubernetesProviderOptions> = {},
    recorded: { oldInputs?: PropertyMap; oldOutputs?: PropertyMap } = {},
  ): Promise<TestStack> {
    const announced: string[] = [];
    const source = createKubernetesProvider({
      env: {},
      homeDir: '/nonexistent',
      embedded: { ensureRunning: () => Promise.reject(new Error('there is no embedded cluster here')) },
      clock: realClock,
      announce: (line) => announced.push(line),
      ...options,
    });
    const provider = await source.load({ packageName: 'kubernetes', inputs });
    const urn = 'urn:pulumi:test::kubernetes::pulumi:providers:kubernetes::default' as Urn;
    const configured = await provider.configure({ urn, id: 'id', inputs, ...recorded });
    return new TestStack(provider, configured, announced);
  }

  urn(type: string, name: string): Urn {
    return `urn:pulumi:test::kubernetes::${type}::${name}` as Urn;
  }

  async check(type: string, name: string, newInputs: PropertyMap, oldInputs?: PropertyMap): Promise<PropertyMap> {
    this.#seed += 1;
    const request = { urn: this.urn(type, name), type, name, newInputs, randomSeed: Buffer.from(`seed ${this.#seed}`) };
    const result = await this.provider.check({ ...request, ...(oldInputs && { oldInputs }) });
    if (result.failures.length > 0) throw new Error(result.failures.map((failure) => failure.reason).join('; '));
    return result.inputs;
  }

  async create(type: string, name: string, program: PropertyMap, context = testContext()): Promise<TestResource> {
    const { urn, inputs } = { urn: this.urn(type, name), inputs: await this.check(type, name, program) };
    const result = await this.provider.create({ urn, type, name, inputs, isPreview: false }, context);
    return { urn, type, name, inputs, id: result.id, outputs: result.outputs, initErrors: result.initErrors ?? [] };
  }

  async previewCreate(
    type: string,
    name: string,
    program: PropertyMap,
    context = testContext(),
  ): Promise<CreateResult> {
    const inputs = await this.check(type, name, program);
    return this.provider.create({ urn: this.urn(type, name), type, name, inputs, isPreview: true }, context);
  }

  async diff(old: TestResource, program: PropertyMap, ignoreChanges: readonly string[] = []): Promise<DiffResult> {
    const newInputs = await this.check(old.type, old.name, program, old.inputs);
    const { urn, type, id, inputs: oldInputs, outputs: oldOutputs } = old;
    return this.provider.diff({ urn, type, id, oldInputs, oldOutputs, newInputs, ignoreChanges });
  }

  async update(
    old: TestResource,
    program: PropertyMap,
    context = testContext(),
    options: { ignoreChanges?: readonly string[]; isPreview?: boolean; timeoutSeconds?: number } = {},
  ): Promise<TestResource & { result: UpdateResult }> {
    const newInputs = await this.check(old.type, old.name, program, old.inputs);
    const { urn, type, name, id, inputs: oldInputs, outputs: oldOutputs } = old;
    const request = {
      urn,
      type,
      name,
      id,
      oldInputs,
      oldOutputs,
      newInputs,
      ignoreChanges: [],
      isPreview: false,
      ...options,
    };
    const result = await this.provider.update(request, context);
    return { ...old, inputs: newInputs, outputs: result.outputs, initErrors: result.initErrors ?? [], result };
  }

  async refresh(old: TestResource, context = testContext()): Promise<ReadResult> {
    return this.provider.read(old, context);
  }

  async delete(old: TestResource, context = testContext()): Promise<void> {
    await this.provider.delete(old, context);
  }

  close(): Promise<void> {
    return this.provider.close();
  }
}
