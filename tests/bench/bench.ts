// `npm run bench` measures everything; `npm run bench -- engine`, `-- state`, `-- start` or `-- programs` one part. `--json` prints figures.
const parts = {
  /** The engine alone, and what it journals. */
  engine: () => import('./engine.ts'),
  /** What is written for a step. */
  state: () => import('./state.ts'),
  /** What a command costs before it does anything. */
  start: () => import('./start.ts'),
  /** Programs beside their floor. */
  programs: () => import('./run.ts'),
} as const;

type Part = keyof typeof parts;

const isPart = (word: string): word is Part => Object.hasOwn(parts, word);

const words = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const unknown = words.find((word) => !isPart(word));
if (unknown !== undefined) throw new Error(`no part "${unknown}" to measure: ${Object.keys(parts).join(', ')}`);
const chosen = words.length === 0 ? (Object.keys(parts) as Part[]) : words.filter(isPart);
for (const part of chosen) await parts[part]();
