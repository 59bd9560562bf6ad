import { describe, expect, onTestFinished, test } from 'vitest';
import { expectFairFight } from '../support/fight/expect-fair-fight.ts';
import { labStoreKinds } from '../support/lab-stores.ts';

const contenders = 6;
const durationMs = Number(process.env.CONTENTION_MS);

describe.each(labStoreKinds)('on $name', ({ name, whyNot, start }) => {
  test.skipIf(whyNot !== undefined)(`six ups of one stack have it one after the other ${whyNot ?? ''}`, async () => {
    const { fresh, stop } = await start();
    onTestFinished(stop);
    expect.hasAssertions();
    console.log(`${name}: ${await expectFairFight(await fresh(), contenders, durationMs)}`);
  });
});
