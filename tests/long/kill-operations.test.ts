import { describe, expect, onTestFinished, test } from 'vitest';
import { configMapsProgram } from '../support/config-maps.ts';
import { expectSurvivesKills } from '../support/kill.ts';
import { labStoreKinds } from '../support/lab-stores.ts';
import { createLab } from '../support/radiant.ts';

const count = 20;
const rounds = Number(process.env.KILLS ?? 10);

describe.each(labStoreKinds)('on $name', ({ whyNot, start }) => {
  test.skipIf(whyNot !== undefined)(
    `kill -9 of up, refresh and destroy at random moments: the next one carries on, and nothing is lost or doubled ${whyNot ?? ''}`,
    async () => {
      const { fresh, stop } = await start();
      onTestFinished(stop);
      const lab = await createLab((await fresh()).env);
      onTestFinished(() => lab.dispose());
      const dir = await configMapsProgram(lab, 'killed', count);
      expect.hasAssertions();
      for (let round = 0; round < rounds; round += 1) await expectSurvivesKills(lab, dir, 'killed', count);
    },
  );
});
