import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { wires } from '../programs/harness/program-stack.ts';
import { asRecorded, goThrough } from './harness/go-through.ts';
import { RecordingLab } from './harness/lab.ts';
import { stages } from './harness/stages.ts';

describe.each(wires)('the tour, over the %s wire', (wire) => {
  let lab: RecordingLab;
  beforeAll(async () => {
    lab = await RecordingLab.create(wire);
    await lab.install('tour');
  });
  afterAll(() => lab.dispose());

  test.each(stages.tour)('goes through $name as recorded', async (stage) => {
    expect(await goThrough(lab, 'tour', stage)).toEqual({ ...asRecorded, exitCode: stage.exitCode });
  });
});
