import { createHash } from 'node:crypto';
import {
  type Extension,
  OperationError,
  type PackageDescription,
  type Parameterization,
  type PluginRequest,
  type Random,
} from '@radiant/model';

export interface PluginNaming {
  readonly version?: string;
  readonly pluginDownloadUrl?: string;
  readonly pluginChecksums?: PluginRequest['checksums'];
  readonly packageRef?: string;
}

/** What the program has installed for a package. */
export type InstalledPackage = (packageName: string) => PluginRequest | undefined;

/**
 * Which plugins serve the packages of a program: those that it has described (Pulumi: RegisterPackage), whose same
 * description has the same reference, and those that it has installed.
 */
export class Packages {
  readonly #random: Random;
  readonly #installed: InstalledPackage;
  readonly #references = new Map<string, string>();
  readonly #plugins = new Map<string, PluginRequest>();

  constructor(random: Random, installed: InstalledPackage) {
    this.#random = random;
    this.#installed = installed;
  }

  register(description: PackageDescription): string {
    const { name, version, downloadUrl, checksums, parameterization, extension } = description;
    const sums = Object.entries(checksums ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
    const parameters = [parameterization, extension].map((each) => [each?.name, each?.version, each?.value]);
    const key = JSON.stringify([name, version, downloadUrl, sums, parameters]);
    const known = this.#references.get(key);
    if (known !== undefined) return known;
    const plugin = pluginOf(description);
    const own = plugin.extension?.ref;
    // One extension of two versions of a plugin is two packages.
    const reference = own === undefined || this.#plugins.has(own) ? this.#random.uuid() : own;
    this.#references.set(key, reference);
    this.#plugins.set(reference, plugin);
    return reference;
  }

  /** What a request that names no resource says of its plugin. */
  pluginOf(naming: PluginNaming): PluginRequest {
    const { version, pluginDownloadUrl: downloadUrl, pluginChecksums: checksums, packageRef } = naming;
    if (packageRef !== undefined) return this.resolve({ packageRef });
    return {
      ...(version === undefined ? {} : { version }),
      ...(downloadUrl === undefined ? {} : { downloadUrl }),
      ...(checksums === undefined ? {} : { checksums }),
    };
  }

  /**
   * Whatever a request does not say of the plugin, the installed package says (Pulumi: normalizeProviderRequest). Throws
   * OperationError for a version that is none.
   */
  forDefaultProvider(packageName: string, requested: PluginRequest): PluginRequest {
    const installed = this.#installed(packageName) ?? {};
    const version = requested.version ?? installed.version;
    const downloadUrl = (requested.downloadUrl ?? installed.downloadUrl)?.replace(/\/$/, '');
    assertVersion(packageName, version);
    // A parameter belongs to one version of the package.
    const base = requested.base ?? (version === installed.version ? installed.base : undefined);
    return {
      ...(version === undefined ? {} : { version }),
      ...(downloadUrl === undefined || downloadUrl === '' ? {} : { downloadUrl }),
      ...(requested.checksums === undefined ? {} : { checksums: requested.checksums }),
      ...(base === undefined ? {} : { base }),
    };
  }

  /**
   * A provider that says nothing of its plugin gets that of the default provider (engine reference 2.4, point 8). Throws
   * OperationError for a version that is none.
   */
  forExplicitProvider(packageName: string, requested: PluginRequest): PluginRequest {
    const { version, downloadUrl, base } = requested;
    assertVersion(packageName, version);
    if (version !== undefined || downloadUrl !== undefined || base !== undefined) return requested;
    return { ...requested, ...this.#installed(packageName) };
  }

  /** What a reference stands for. Throws OperationError for one that nobody was given. */
  resolve({ packageRef }: PluginRequest): PluginRequest {
    const plugin = this.#plugins.get(packageRef ?? '');
    if (plugin !== undefined) return plugin;
    throw new OperationError({
      code: 'PACKAGE_UNKNOWN',
      summary: `unknown provider package '${packageRef}'`,
      detail: 'The program has not registered a package under this reference.',
    });
  }
}

/** A state with another would not be read by Pulumi. */
function assertVersion(packageName: string, version: string | undefined): void {
  if (version === undefined || /^v?\d+\.\d+\.\d+([-+][\w.+-]+)?$/.test(version)) return;
  throw new OperationError({
    code: 'PLUGIN_VERSION_INVALID',
    summary: `the version '${version}' of package '${packageName}' is none`,
    detail: 'It must read like 1.2.3 or 1.2.3-beta.1.',
  });
}

function pluginOf(description: PackageDescription): PluginRequest {
  const { name, version, downloadUrl, checksums, parameterization, extension } = description;
  const source = {
    ...(downloadUrl === undefined ? {} : { downloadUrl }),
    ...(checksums === undefined ? {} : { checksums }),
    ...(extension === undefined ? {} : { extension: extensionOf(extension) }),
  };
  if (parameterization === undefined) return { ...source, ...(version === undefined ? {} : { version }) };
  const base = { name, ...(version === undefined ? {} : { version }), parameter: parameterization.value };
  return { ...source, version: parameterization.version, base };
}

/** Engine reference 2.1, "RegisterPackage". */
function extensionOf({ name, version, value }: Parameterization): Extension {
  const hash = createHash('sha256').update(`${name}\0${version}\0`).update(Buffer.from(value, 'base64'));
  return { ref: hash.digest('hex'), name, version, value };
}
