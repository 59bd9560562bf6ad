import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { wires } from '../programs/harness/program-stack.ts';
import { asRecorded, goThrough } from './harness/go-through.ts';
import { RecordingLab } from './harness/lab.ts';
import { stages } from './harness/stages.ts';

describe.each(wires)('the choices, over the %s wire', (wire) => {
  let lab: RecordingLab;
  beforeAll(async () => {
    lab = await RecordingLab.create(wire);
    // The stack that the choices refer to, as it was left when they were recorded.
    await lab.install('tour');
    await lab.must('tour', 'config', 'set', 'stage', '3');
    await lab.must('tour', 'up', '--yes', '--skip-preview');
    await lab.install('choices');
  });
  afterAll(() => lab.dispose());

  test.each(stages.choices)('go through $name as recorded', async (stage) => {
    expect(await goThrough(lab, 'choices', stage)).toEqual({ ...asRecorded, exitCode: stage.exitCode });
  });
});
