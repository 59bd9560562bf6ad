import { expect, onTestFinished, test } from 'vitest';
import { KilledCommands, stateCommands } from '../support/kill-state-commands.ts';
import { labStoreKinds } from '../support/lab-stores.ts';

/* `npm run test:long` kills each command more often, on every store. */

test('kill -9 of commands that change the state changes all or nothing, and the command once more carries on', async () => {
  const { fresh } = await labStoreKinds[0]!.start();
  const killed = await KilledCommands.create(await fresh());
  onTestFinished(() => killed.dispose());
  expect.hasAssertions();
  for (const command of stateCommands) await killed.expectSurvives(command, 1);
}, 180_000);
