import fc from 'fast-check';
import { expect, test } from 'vitest';
import { essence } from './harness/crash.ts';
import { programOf, randomLatency, runTurn, type Scenario, scenarios, vanish } from './harness/scenario.ts';
import { TestStack } from './harness/stack.ts';
import { type Thing, World } from './harness/world.ts';

/** `SIMULATION_RUNS=5000 SIMULATION_SEED=7` searches further than CI does. */
const numRuns = Number(process.env.SIMULATION_RUNS ?? 200);
const seed = Number(process.env.SIMULATION_SEED ?? 1);

/** A world that refuses to lose what something in it cannot outlive. */
function strictWorld(): World {
  const world = new World();
  const { things } = world;
  const remove = things.delete.bind(things);
  things.delete = (id) => {
    const left = [...things.values()].find((other) => other.id !== id && leansOn(other, id));
    if (left !== undefined) throw new Error(`${id} is deleted before ${left.id}, which cannot outlive it`);
    return remove(id);
  };
  return world;
}

function leansOn({ props }: Thing, id: string): boolean {
  return [props.fixedTo, props.fixedOn].includes(`serial-of-${id}`) && props.goesWith !== id;
}

/** A renamed resource keeps the name it was given under the old one. */
function intended(world: World): string[] {
  return essence(world)
    .map((line) => line.replaceAll(/\b[rs]([a-f])\b/g, '$1'))
    .sort();
}

async function check(scenario: Scenario): Promise<void> {
  const world = strictWorld();
  const stack = new TestStack(world);
  world.latency = randomLatency(scenario.seed);
  for (const turn of scenario.turns) {
    if (turn.vanishing !== undefined && turn.refresh) vanish(stack, turn.vanishing);
    const request = { options: { refresh: turn.refresh } };
    await runTurn(stack, { kind: 'up', body: programOf(turn, scenario), request }, turn.fault);
  }
  const request = { options: { refresh: scenario.turns.some((turn) => turn.refresh && turn.vanishing !== undefined) } };
  const body = programOf(scenario.turns.at(-1)!, scenario);
  const before = essence(stack.world);
  const preview = await stack.preview(body, { request });
  expect(preview.errors).toEqual([]);
  expect(essence(stack.world)).toEqual(before);
  const mended = await stack.up(body, { request });
  expect(mended.errors).toEqual([]);
  expect(mended.result).toBe('succeeded');
  const fresh = new TestStack(new World());
  await fresh.up(body);
  expect(intended(stack.world)).toEqual(intended(fresh.world));
  expect(stack.snapshot.pendingOperations).toEqual([]);
  expect((await stack.up(body)).journal).toEqual([]);
  const destroyed = await stack.destroy();
  expect(destroyed.errors).toEqual([]);
  expect(stack.world.names()).toEqual([]);
  expect(stack.snapshot.resources).toEqual([]);
}

test('whatever programs, failures, interrupts and crashes came before, one update ends in exactly what the program declares', async () => {
  await fc.assert(fc.asyncProperty(scenarios, check), { numRuns, seed });
});
