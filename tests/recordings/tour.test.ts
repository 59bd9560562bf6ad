import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { wires } from '../programs/harness/program-stack.ts';
import { asRecorded, goThrough } from './harness/go-through.ts';
import { RecordingLab } from './harness/lab.ts';
import { recordedJson } from './harness/recorded.ts';
import { stages } from './harness/stages.ts';
import { recordedCommands, shapeOf } from './harness/told.ts';

describe.each(wires)('the tour, over the %s wire', (wire) => {
  let lab: RecordingLab;
  beforeAll(async () => {
    lab = await RecordingLab.create(wire);
    await lab.install('tour');
  });
  afterAll(() => lab.dispose());

  const passes = (named: readonly (typeof stages.tour)[number][]) =>
    test.each(named)('goes through $name as recorded', async (stage) => {
      expect(await goThrough(lab, 'tour', stage)).toEqual({ ...asRecorded, exitCode: stage.exitCode });
    });

  passes(stages.tour.filter(({ name }) => name !== 'destroy'));

  test.each(recordedCommands)('tells in %s what was recorded', async (file, words) => {
    const recorded = recordedJson('tour', file);
    const told = await lab.printed('tour', ...words);
    expect(shapeOf(told)).toEqual(shapeOf(recorded));
    if (/^(config|output)/.test(file)) expect(told).toEqual(recorded);
  });

  passes(stages.tour.filter(({ name }) => name === 'destroy'));
});
