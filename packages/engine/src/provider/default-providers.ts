import { type Goal, OperationError, type PluginRequest, providerTypePrefix } from '@radiant/model';
import { configuredInputs } from './provider-inputs.ts';

export interface DefaultProviderPorts {
  readonly config: { readonly [key: string]: string };
  readonly configSecretKeys: readonly string[];
  /** What the program has installed for a package, for requests that say nothing of a plugin. */
  readonly installed: (packageName: string) => PluginRequest | undefined;
  /** Declares the provider as a resource; returns its reference. */
  readonly register: (goal: Goal) => Promise<string>;
}

/** The providers that resources get when the program names none: declared on first use (engine reference 4.4). */
export class DefaultProviders {
  readonly #ports: DefaultProviderPorts;
  readonly #references = new Map<string, Promise<string>>();
  readonly #denied: ReadonlySet<string>;

  constructor(ports: DefaultProviderPorts) {
    this.#ports = ports;
    this.#denied = deniedPackages(ports.config['pulumi:disable-default-providers']);
  }

  /** The reference of the default provider of a package. `user` is who needs it, for the error. */
  reference(packageName: string, requested: PluginRequest, user: string): Promise<string> {
    if (this.#isDenied(packageName))
      throw new OperationError({
        code: 'DEFAULT_PROVIDER_DENIED',
        summary: `Default provider for '${packageName}' disabled. '${user}' must use an explicit provider.`,
        detail: 'The configuration `pulumi:disable-default-providers` says so.',
      });
    const plugin = this.#plugin(packageName, requested);
    const key = JSON.stringify([packageName, plugin.version, plugin.downloadUrl, plugin.checksums, plugin.base]);
    let reference = this.#references.get(key);
    if (reference === undefined) {
      reference = this.#ports.register(this.#goal(packageName, plugin));
      this.#references.set(key, reference);
    }
    return reference;
  }

  #plugin(packageName: string, requested: PluginRequest): PluginRequest {
    const { version, downloadUrl, base } = requested;
    if (version !== undefined || downloadUrl !== undefined || base !== undefined) return requested;
    return this.#ports.installed(packageName) ?? requested;
  }

  /** What serves the engine's own functions cannot be denied: no program could declare it. */
  #isDenied(packageName: string): boolean {
    return packageName !== 'pulumi' && (this.#denied.has('*') || this.#denied.has(packageName));
  }

  #goal(packageName: string, plugin: PluginRequest): Goal {
    const { config, configSecretKeys } = this.#ports;
    return {
      kind: 'custom',
      type: `${providerTypePrefix}${packageName}`,
      name: defaultName(plugin),
      inputs: configuredInputs(packageName, config, configSecretKeys),
      providers: {},
      plugin,
      dependencies: [],
      propertyDependencies: {},
      aliases: [],
      replaceWith: [],
      ignoreChanges: [],
      replaceOnChanges: [],
      hideDiffs: [],
      additionalSecretOutputs: [],
      customTimeouts: {},
      envVarMappings: {},
      stackTrace: [],
    };
  }
}

/** `default_4_34_2`, and the sanitised address of the plugin where one is given. */
function defaultName({ version, downloadUrl }: PluginRequest): string {
  const numbers = version === undefined ? '' : `_${version.replace(/^v/, '').replaceAll(/[.+-]/g, '_')}`;
  const address = downloadUrl === undefined ? '' : `_${downloadUrl.replaceAll(/[^A-Za-z0-9_]/g, '_')}`;
  return `default${numbers}${address}`;
}

function deniedPackages(value: string | undefined): ReadonlySet<string> {
  if (value === undefined || value === '') return new Set();
  try {
    const names: unknown = JSON.parse(value);
    if (Array.isArray(names) && names.every((name) => typeof name === 'string')) return new Set(names);
  } catch {}
  throw new OperationError({
    code: 'CONFIG_INVALID',
    summary: 'the configuration `pulumi:disable-default-providers` is not a JSON list of package names',
    remedy: `radiant config set pulumi:disable-default-providers '["aws"]'`,
  });
}
