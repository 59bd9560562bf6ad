import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { KilledCommands, stateCommands } from '../support/kill-state-commands.ts';
import { labStoreKinds } from '../support/lab-stores.ts';

const kills = Number(process.env.KILLS ?? 10);

describe.each(labStoreKinds)('kill -9 on $name', ({ whyNot, start }) => {
  let running: Awaited<ReturnType<typeof start>> | undefined;
  let killed: KilledCommands | undefined;
  beforeAll(async () => {
    if (whyNot !== undefined) return;
    running = await start();
    killed = await KilledCommands.create(await running.fresh());
  }, 300_000);
  afterAll(async () => {
    await killed?.dispose();
    await running?.stop();
  });

  test
    .skipIf(whyNot !== undefined)
    .each(stateCommands.map((command) => [command.args.slice(0, 2).join(' '), command] as const))(
    `of %s changes all or nothing, and the command once more carries on ${whyNot ?? ''}`,
    async (_name, command) => {
      expect.hasAssertions();
      await killed!.expectSurvives(command, kills);
    },
  );
});
