import { expect, test } from 'vitest';
import { expectFairFight } from '../support/fight/expect-fair-fight.ts';
import { labStoreKinds } from '../support/lab-stores.ts';

/* `npm run test:long` has six fight for a minute, on every store. */

test('ups that fight for one stack, stopped, continued, killed and revoked, have it one after the other', async () => {
  const { fresh } = await labStoreKinds[0]!.start();
  expect.hasAssertions();
  await expectFairFight(await fresh(), 3, 8000);
}, 120_000);
