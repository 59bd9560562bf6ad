export interface Project {
  readonly name: string;
  readonly runtime: string;
  readonly runtimeOptions: { readonly [option: string]: unknown };
  readonly description?: string;
  /** The folder of Pulumi.yaml. */
  readonly dir: string;
  /** The file itself. */
  readonly path: string;
  readonly main?: string;
}
