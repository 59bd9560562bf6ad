export interface InstallOptions {
  /** What the program itself needs. */
  readonly dependencies: boolean;
  /** What the plugins need whose sources the project brings. */
  readonly plugins: boolean;
  /** The versions of languages that the sources ask for, too. */
  readonly usesVersionTools: boolean;
}

export type InstallEvent =
  | { readonly kind: 'begins'; readonly title: string; readonly action: string; readonly command: string }
  | { readonly kind: 'output'; readonly stream: 'stdout' | 'stderr'; readonly line: string }
  | { readonly kind: 'nothing-needed'; readonly title: string };

export type InstallListener = (event: InstallEvent) => void;
