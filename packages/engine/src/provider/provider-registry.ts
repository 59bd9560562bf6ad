import {
  type Extension,
  formatProviderReference,
  OperationError,
  type PropertyMap,
  type Provider,
  propertyEquals,
  providerPackage,
  type ResourceState,
  type Urn,
} from '@radiant/model';
import type { ProviderHandle } from './provider-handle.ts';
import { isConfigKnown, providerConfig } from './provider-inputs.ts';

export interface RegistryPorts {
  /** A provider of the package, to serve a resource of these inputs. */
  readonly load: (packageName: string, inputs: PropertyMap) => Promise<Provider>;
  /** The record of a provider by its reference. */
  readonly recorded: (reference: string) => ResourceState | undefined;
  /** Called when a provider says where it works. */
  readonly onTarget: (urn: Urn, text: string) => void;
  /** Whether previews ask providers what creations and updates will come to. */
  readonly asksInPreviews: boolean;
  /** Called when a provider is ready to be asked. */
  readonly onReady: (handle: ProviderHandle) => void;
}

export interface ConfigureProvider {
  readonly urn: Urn;
  readonly type: string;
  readonly id: string;
  readonly inputs: PropertyMap;
  readonly old?: Pick<ResourceState, 'inputs' | 'outputs'>;
}

/** A provider that came up as it was recorded. */
interface RestoredProvider {
  readonly provider: Provider;
  readonly inputs: PropertyMap;
  readonly outputs: PropertyMap;
}

/** The running providers of an operation: one for each provider resource, loaded when first needed. */
export class ProviderRegistry {
  readonly #ports: RegistryPorts;
  readonly #handles = new Map<string, Promise<ProviderHandle>>();
  /** Loaded to check a provider resource that is not decided on yet. */
  readonly #staged = new Map<Urn, Provider>();
  /** Those of live provider resources that were needed before the program declared them. */
  readonly #restored = new Map<Urn, Promise<RestoredProvider>>();
  readonly #loaded = new Set<Provider>();
  /** What each provider has been taught, by the references of the extensions. */
  readonly #lessons = new WeakMap<Provider, Map<string, Promise<void>>>();

  constructor(ports: RegistryPorts) {
    this.#ports = ports;
  }

  /**
   * The provider of a reference, taught the extension that the resource or function needs. One that only the record knows is
   * loaded and configured as recorded.
   */
  handle(reference: string, extension?: Extension): Promise<ProviderHandle> {
    const handle = this.#handle(reference);
    return extension === undefined ? handle : this.#taught(handle, extension);
  }

  #handle(reference: string): Promise<ProviderHandle> {
    let handle = this.#handles.get(reference);
    if (handle === undefined) {
      handle = this.#restore(reference);
      this.#handles.set(reference, handle);
    }
    return handle;
  }

  /** Whether somebody has declared or recorded the provider. */
  isKnown(reference: string): boolean {
    return this.#handles.has(reference) || this.#ports.recorded(reference) !== undefined;
  }

  /**
   * What will serve a provider resource, before it is checked: the provider that serves it already when nothing about it
   * has changed, else one loaded anew.
   */
  async stage(urn: Urn, type: string, inputs: PropertyMap): Promise<Provider> {
    const staged = this.#staged.get(urn);
    if (staged !== undefined) return staged;
    const restored = await this.#restored.get(urn);
    const isReusable = restored !== undefined && propertyEquals(restored.inputs, inputs);
    const provider = isReusable ? restored.provider : await this.#load(providerPackage(type), inputs);
    this.#staged.set(urn, provider);
    return provider;
  }

  /**
   * Configures the staged provider and lets it serve from now on under `id`. Returns what its record's outputs are to be.
   * With unknown inputs it is registered unconfigured.
   */
  async configure(request: ConfigureProvider): Promise<{ readonly outputs: PropertyMap }> {
    const { urn, id, inputs, old } = request;
    const provider = await this.stage(urn, request.type, inputs);
    this.#staged.delete(urn);
    const reference = formatProviderReference({ urn, id });
    const config = providerConfig(inputs);
    if (!isConfigKnown(inputs)) {
      this.#handles.set(reference, Promise.resolve({ reference, provider, isConfigured: false, foresees: false }));
      return { outputs: config };
    }
    const restored = await this.#restored.get(urn);
    const isConfigured = restored?.provider === provider && propertyEquals(restored.inputs, inputs);
    const outputs = isConfigured ? restored.outputs : await this.#configure(provider, { urn, id, config, old });
    const handle = this.#configured(reference, provider);
    this.#handles.set(reference, Promise.resolve(handle));
    this.#ports.onReady(handle);
    return { outputs };
  }

  /** Ends all providers. What one of them says at its end is of no use to anybody. */
  async close(): Promise<void> {
    await Promise.allSettled(Array.from(this.#loaded, (provider) => provider.close()));
  }

  async #taught(untaught: Promise<ProviderHandle>, extension: Extension): Promise<ProviderHandle> {
    const handle = await untaught;
    // One that is not configured is asked nothing.
    if (!handle.isConfigured) return handle;
    const { reference, provider } = handle;
    const lessons = this.#lessons.get(provider) ?? new Map<string, Promise<void>>();
    this.#lessons.set(provider, lessons);
    const lesson = lessons.get(extension.ref) ?? teach(reference, provider, extension);
    lessons.set(extension.ref, lesson);
    await lesson;
    return handle;
  }

  async #restore(reference: string): Promise<ProviderHandle> {
    const state = this.#ports.recorded(reference);
    if (state === undefined)
      throw new OperationError({
        code: 'PROVIDER_UNKNOWN',
        summary: `unknown provider '${reference}'`,
        detail: 'It is neither declared by the program nor recorded in the stack.',
      });
    const restored = this.#loadRecorded(state);
    if (state.disposition === 'live') this.#restored.set(state.urn, restored);
    const { provider } = await restored;
    return this.#configured(reference, provider);
  }

  #configured(reference: string, provider: Provider): ProviderHandle {
    const foresees = provider.capabilities.supportsPreview && this.#ports.asksInPreviews;
    return { reference, provider, isConfigured: true, foresees };
  }

  async #loadRecorded(state: ResourceState): Promise<RestoredProvider> {
    const { urn, id, type, inputs } = state;
    const provider = await this.#load(providerPackage(type), inputs);
    const outputs = await this.#configure(provider, { urn, id, config: providerConfig(inputs), old: state });
    return { provider, inputs, outputs };
  }

  async #configure(
    provider: Provider,
    of: {
      readonly urn: Urn;
      readonly id: string;
      readonly config: PropertyMap;
      readonly old: Pick<ResourceState, 'inputs' | 'outputs'> | undefined;
    },
  ): Promise<PropertyMap> {
    const { remember, target } = await provider.configure({
      urn: of.urn,
      id: of.id,
      inputs: of.config,
      ...(of.old === undefined ? {} : { oldInputs: providerConfig(of.old.inputs), oldOutputs: of.old.outputs }),
    });
    if (target !== undefined) this.#ports.onTarget(of.urn, target);
    return remember === undefined ? of.config : { ...of.config, ...remember };
  }

  async #load(packageName: string, inputs: PropertyMap): Promise<Provider> {
    const provider = await this.#ports.load(packageName, inputs);
    this.#loaded.add(provider);
    return provider;
  }
}

async function teach(reference: string, provider: Provider, { name, version, value }: Extension): Promise<void> {
  if (provider.extend !== undefined) return provider.extend({ name, version, value });
  throw new OperationError({
    code: 'EXTENSION_UNSUPPORTED',
    summary: `the provider '${reference}' cannot be extended by the package ${name} ${version}`,
    detail: 'Only plugins have packages that extend them, and this provider is none.',
  });
}
