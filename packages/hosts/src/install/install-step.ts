/** One command of those that install what sources need. */
export interface InstallStep {
  /** What it does, for a person: `making the virtual environment venv`. */
  readonly title: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

/** A folder of sources whose dependencies are wanted. */
export interface InstallRequest {
  readonly projectDir: string;
  readonly programDir: string;
  /** `runtime` of Pulumi.yaml, or of the manifest of a plugin or policy pack. */
  readonly runtime: string;
  readonly runtimeOptions: Readonly<Record<string, unknown>>;
  readonly env: NodeJS.ProcessEnv;
  /** The versions of languages that the sources ask for are installed, too (fnm, pyenv). */
  readonly usesVersionTools: boolean;
}
