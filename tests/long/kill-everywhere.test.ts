import { afterAll, beforeAll, expect, test } from 'vitest';
import { configMapsProgram } from '../support/config-maps.ts';
import { expectSurvivesKill } from '../support/kill.ts';
import { createLab, type Lab } from '../support/radiant.ts';

const count = 30;

let lab: Lab;
beforeAll(async () => {
  lab = await createLab();
});
afterAll(() => lab.dispose());

test('kill -9 of up after every line it prints: the next up ends in exactly the intended objects', async () => {
  const dir = await configMapsProgram(lab, 'everywhere', count);
  const moments = 2 * count;
  expect.hasAssertions();
  for (let lines = 1; lines <= moments; lines += 1) await expectSurvivesKill(lab, dir, 'everywhere', count, lines);
});
