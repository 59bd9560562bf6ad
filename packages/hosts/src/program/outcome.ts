/** How a program ended. */
export type ProgramResult =
  | { readonly kind: 'finished' }
  /** It failed and has said why through the engine's log. */
  | { readonly kind: 'failed-reported' }
  | {
      readonly kind: 'failed';
      readonly exitCode: number | null;
      readonly signal: NodeJS.Signals | null;
      /** What to tell the user, with a hint where the output gives one. */
      readonly message: string;
      /** The last lines it wrote to stderr. */
      readonly stderrTail: readonly string[];
    }
  /** It was ended by `kill()`. */
  | { readonly kind: 'killed' };

/** The SDK ends with this code when it has reported the failure itself. */
const reportedExitCode = 32;

const outOfMemorySigns = ['JavaScript heap out of memory', '<--- Last few GCs --->', 'Reached heap limit'];

const outOfMemoryHint =
  'Detected a possible out of memory error. Consider increasing the memory available to the nodejs process by setting ' +
  'the `nodeargs` runtime option in Pulumi.yaml to `nodeargs: --max-old-space-size=<size>` where `<size>` is the ' +
  'maximum memory in megabytes that can be allocated to nodejs.';

export function programResult(
  exitCode: number | null,
  signal: NodeJS.Signals | null,
  stderrTail: readonly string[],
): ProgramResult {
  if (exitCode === 0) return { kind: 'finished' };
  if (exitCode === reportedExitCode) return { kind: 'failed-reported' };
  const ending =
    exitCode === null ? `Program was ended by signal ${signal}` : `Program exited with non-zero exit code: ${exitCode}`;
  const isOutOfMemory = stderrTail.some((line) => outOfMemorySigns.some((sign) => line.includes(sign)));
  return {
    kind: 'failed',
    exitCode,
    signal,
    message: isOutOfMemory ? `${ending}\n${outOfMemoryHint}` : ending,
    stderrTail,
  };
}
