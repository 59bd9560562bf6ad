import type { Goal, ProgramRunner, PropertyMap, ResourceMonitor, Urn } from '@radiant/model';
import { bareGoal, stackType } from '@radiant/model';

/** How the resources of a program hang together. */
export const shapes = ['apart', 'chained', 'in one component'] as const;

export type Shape = (typeof shapes)[number];

export interface Work {
  readonly shape: Shape;
  readonly count: number;
  /** Another round changes every resource. */
  readonly round: number;
}

/** A program without an SDK, that declares as fast as it may; `atEnd` is called when everything is declared and done. */
export function program(work: Work, atEnd: () => void): ProgramRunner {
  return {
    async run(monitor) {
      const stack = await monitor.registerResource(bareGoal('component', stackType, 'bench-dev', {}));
      if (work.shape === 'chained') await declareChain(monitor, work, stack.urn);
      else await declareAll(monitor, work, await parentFor(monitor, work.shape, stack.urn));
      await monitor.registerResourceOutputs(stack.urn, {});
      atEnd();
      return { kind: 'finished' };
    },
  };
}

async function parentFor(monitor: ResourceMonitor, shape: Shape, stack: Urn): Promise<Urn> {
  if (shape === 'apart') return stack;
  return (await monitor.registerResource({ ...bareGoal('component', 'bench:index:Group', 'group', {}), parent: stack }))
    .urn;
}

async function declareAll(monitor: ResourceMonitor, { count, round }: Work, parent: Urn): Promise<void> {
  const declared: Promise<unknown>[] = [];
  for (let index = 0; index < count; index += 1)
    declared.push(
      monitor.registerResource({ ...bareGoal('custom', itemType, `item-${index}`, inputs(index, round)), parent }),
    );
  await Promise.all(declared);
}

async function declareChain(monitor: ResourceMonitor, { count, round }: Work, parent: Urn): Promise<void> {
  let previous: Urn | undefined;
  for (let index = 0; index < count; index += 1) {
    const options: Partial<Goal> =
      previous === undefined
        ? { parent }
        : { parent, dependencies: [previous], propertyDependencies: { previous: [previous] } };
    const given = { ...inputs(index, round), ...(previous === undefined ? {} : { previous }) };
    previous = (await monitor.registerResource({ ...bareGoal('custom', itemType, `item-${index}`, given), ...options }))
      .urn;
  }
}

const itemType = 'bench:index:Item';

/** About as much as a ConfigMap says. */
function inputs(index: number, round: number): PropertyMap {
  return {
    round,
    metadata: { name: `item-${index}`, namespace: 'default', labels: { app: 'bench', item: `${index}` } },
    data: { first: `value ${index}`, second: `another value ${index}`, third: `${index * 7}` },
  };
}
