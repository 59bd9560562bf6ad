import type { ProgramName } from './recorded.ts';

/** One recorded operation, and what was recorded of it. */
export interface Stage {
  readonly name: string;
  /** The configuration `stage` while it ran. */
  readonly stage: string;
  readonly args: readonly string[];
  /** Commands before it. */
  readonly prepared?: readonly (readonly string[])[];
  /** The URN of what was tainted before it. */
  readonly tainted?: string;
  readonly exitCode: number;
  readonly hasPreview?: boolean;
  /** The file with the state afterwards. */
  readonly exported?: string;
  /** Whether every call was recorded, too. */
  readonly hasCalls?: boolean;
}

const up = ['up', '--yes', '--skip-preview', '--parallel', '8'];

const tour: readonly Stage[] = [
  ...['0', '1', '2', '3', '4', '5'].map((stage) => ({
    name: `stage${stage}`,
    stage,
    args: up,
    exitCode: stage === '2' || stage === '4' ? 1 : 0,
    hasPreview: true,
    exported: `stage${stage}.export.json`,
    hasCalls: stage === '0' || stage === '2',
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

const book = (name: string) => `urn:pulumi:dev::choices::shelf:index:Book::${name}`;

const choices: readonly Stage[] = [
  { name: 'stage0', stage: '0', args: up, exitCode: 0, exported: 'stage0.export.json', hasCalls: true },
  {
    name: 'stage1',
    stage: '1',
    args: up,
    exitCode: 0,
    hasPreview: true,
    exported: 'stage1.export.json',
    hasCalls: true,
  },
  {
    name: 'stage2-by-plan',
    stage: '2',
    prepared: [['preview', '--save-plan', 'plan.json']],
    args: [...up, '--plan', 'plan.json'],
    exitCode: 0,
    exported: 'stage2-by-plan.export.json',
  },
  {
    name: 'plan-refused',
    stage: '0',
    args: [...up, '--plan', 'plan.json'],
    exitCode: 1,
    exported: 'plan-refused.export.json',
  },
  { name: 'target', stage: '0', args: [...up, '--target', book('plain')], exitCode: 0, exported: 'target.export.json' },
  {
    name: 'exclude',
    stage: '1',
    args: [...up, '--exclude', book('plain')],
    exitCode: 0,
    exported: 'exclude.export.json',
  },
  {
    name: 'replace',
    stage: '1',
    args: [...up, '--replace', book('plain')],
    exitCode: 0,
    exported: 'replace.export.json',
  },
  {
    name: 'tainted',
    stage: '1',
    tainted: book('with'),
    args: up,
    exitCode: 0,
    exported: 'tainted.export.json',
  },
  {
    name: 'refresh-run-program',
    stage: '1',
    args: ['refresh', '--yes', '--run-program'],
    exitCode: 0,
    exported: 'refresh-run-program.export.json',
    hasCalls: true,
  },
  {
    name: 'after-import',
    stage: '1',
    args: up,
    exitCode: 0,
    exported: 'after-import.export.json',
  },
  {
    name: 'policy',
    stage: '1',
    args: ['preview', '--parallel', '8', '--policy-pack', './pack'],
    exitCode: 0,
    exported: 'policy.export.json',
    hasCalls: true,
  },
  {
    name: 'destroy-target',
    stage: '1',
    args: ['destroy', '--yes', '--skip-preview', '--target', book('plain'), '--target-dependents'],
    exitCode: 0,
    exported: 'destroy-target.export.json',
  },
  {
    name: 'destroy-run-program',
    stage: '1',
    args: ['destroy', '--yes', '--skip-preview', '--run-program'],
    exitCode: 0,
    exported: 'destroy-run-program.export.json',
  },
];

export const stages: { readonly [program in ProgramName]: readonly Stage[] } = { tour, choices };
