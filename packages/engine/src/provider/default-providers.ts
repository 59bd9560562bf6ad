import { createHash } from 'node:crypto';
import { bareGoal, type Goal, OperationError, type PluginRequest, providerTypePrefix } from '@radiant/model';
import type { Packages } from './packages.ts';
import { configuredInputs } from './provider-inputs.ts';

export interface DefaultProviderPorts {
  readonly config: { readonly [key: string]: string };
  readonly configSecretKeys: readonly string[];
  readonly packages: Packages;
  /** Whether a provider of that type and name is recorded. */
  readonly isRecorded: (type: string, name: string) => boolean;
  /** Declares the provider as a resource; returns its reference. */
  readonly register: (goal: Goal) => Promise<string>;
}

/** The providers that resources get when the program names none: declared on first use (engine reference 4.4). */
export class DefaultProviders {
  readonly #ports: DefaultProviderPorts;
  readonly #references = new Map<string, Promise<string>>();
  /** Type and name of each. */
  readonly #taken = new Set<string>();
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
    const plugin = this.#ports.packages.forDefaultProvider(packageName, requested);
    // Checksums say nothing of what a plugin is (Pulumi: ProviderRequest.String).
    const key = JSON.stringify([packageName, plugin.version, plugin.downloadUrl, plugin.base]);
    let reference = this.#references.get(key);
    if (reference === undefined) {
      reference = this.#ports.register(this.#goal(packageName, plugin));
      this.#references.set(key, reference);
    }
    return reference;
  }

  /**
   * Pulumi's name for it; where another parameter has that already, a name that tells them apart. Once recorded under such
   * a name, a parameter keeps it, in whatever order the program names them.
   */
  #takeName(type: string, plugin: PluginRequest): string {
    const plain = defaultName(plugin);
    const own = `${plain}_${fingerprint(plugin)}`;
    const isApart = this.#taken.has(`${type} ${plain}`) || this.#ports.isRecorded(type, own);
    const name = isApart ? own : plain;
    this.#taken.add(`${type} ${name}`);
    return name;
  }

  /** What serves the engine's own functions cannot be denied: no program could declare it. */
  #isDenied(packageName: string): boolean {
    return packageName !== 'pulumi' && (this.#denied.has('*') || this.#denied.has(packageName));
  }

  #goal(packageName: string, plugin: PluginRequest): Goal {
    const { config, configSecretKeys } = this.#ports;
    const type = `${providerTypePrefix}${packageName}`;
    const inputs = configuredInputs(packageName, config, configSecretKeys);
    return { ...bareGoal('custom', type, this.#takeName(type, plugin), inputs), plugin };
  }
}

/** `default_4_34_2`, and the address of the plugin where one is given (Pulumi: ProviderRequest.DefaultName). */
function defaultName({ version, downloadUrl }: PluginRequest): string {
  const numbers = version === undefined ? '' : `_${version.replace(/^v/, '').replaceAll(/[.+-]/g, '_')}`;
  const address = downloadUrl === undefined ? '' : `_${qualifiedName(downloadUrl)}`;
  return `default${numbers}${address}`;
}

/** Pulumi: tokens.IntoQName. */
function qualifiedName(text: string): string {
  const segments = text.split('/').filter((segment) => segment !== '');
  return segments.map((segment) => segment.replaceAll(/[^A-Za-z0-9_.-]/g, '_')).join('/') || '_';
}

function fingerprint({ base }: PluginRequest): string {
  const text = JSON.stringify([base?.name, base?.version, base?.parameter]);
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}

function deniedPackages(value: string | undefined): ReadonlySet<string> {
  if (value === undefined || value === '') return new Set();
  try {
    const names: unknown = JSON.parse(value);
    if (Array.isArray(names) && names.every((name) => typeof name === 'string'))
      return new Set(names.map((name) => name.trim()));
  } catch {}
  throw new OperationError({
    code: 'CONFIG_INVALID',
    summary: 'the configuration `pulumi:disable-default-providers` is not a JSON list of package names',
    remedy: `radiant config set pulumi:disable-default-providers '["aws"]'`,
  });
}
