import type { ProgramName } from './recorded.ts';

/** One recorded operation, and what was recorded of it. */
export interface Stage {
  readonly name: string;
  /** The configuration `stage` while it ran. */
  readonly stage: string;
  readonly args: readonly string[];
  readonly exitCode: number;
  readonly hasPreview?: boolean;
  /** The file with the state afterwards. */
  readonly exported?: string;
}

const up = ['up', '--yes', '--skip-preview'];

const tour: readonly Stage[] = [
  ...['0', '1', '2', '3', '4', '5'].map((stage) => ({
    name: `stage${stage}`,
    stage,
    args: up,
    exitCode: stage === '2' || stage === '4' ? 1 : 0,
    hasPreview: true,
    exported: `stage${stage}.export.json`,
  })),
  { name: 'refresh', stage: '3', args: ['refresh', '--yes', '--skip-preview'], exitCode: 0 },
  {
    name: 'destroy',
    stage: '3',
    args: ['destroy', '--yes', '--skip-preview'],
    exitCode: 0,
    exported: 'destroyed.export.json',
  },
];

export const stages: { readonly [program in ProgramName]: readonly Stage[] } = { tour, choices: [] };
