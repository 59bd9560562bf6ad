/** What is to be imported, as a file or a command line says it (engine reference 7.8). */
export interface Imports {
  /** Names for recorded resources, which serve as parents and providers. */
  readonly nameTable: { readonly [name: string]: string };
  readonly resources: readonly ImportSpec[];
  /** Whether what is imported is protected. */
  readonly protect: boolean;
}

export interface ImportSpec {
  readonly type: string;
  /** What other entries call it; the name of the resource, too, unless `logicalName` says another. */
  readonly name: string;
  readonly logicalName?: string;
  /** Absent for a component. */
  readonly id?: string;
  /** A name of the table, of another entry, or a URN. */
  readonly parent?: string;
  /** A name of the table, or a URN. */
  readonly provider?: string;
  readonly version?: string;
  readonly pluginDownloadUrl?: string;
  readonly parameterization?: { readonly pluginName: string; readonly pluginVersion?: string; readonly value: string };
  /** The inputs that are recorded; all by default. */
  readonly properties?: readonly string[];
}
