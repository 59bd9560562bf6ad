import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { startCluster } from './harness/cluster.ts';
import { ProgramStack } from './harness/program-stack.ts';
import { pythonSdk } from './harness/python.ts';

const examples = path.resolve(import.meta.dirname, '../../examples');

type Life = { readonly [stage: string]: unknown };

/** A project of an example, on a cluster whose infrastructure is there, through its life. */
async function lifeOf(example: string, project: string, change: readonly [key: string, value: string]): Promise<Life> {
  await using cluster = await startCluster();
  await using infrastructure = await ProgramStack.create(
    {},
    { project: 'infrastructure', stack: 'production', copyOf: path.join(examples, 'infrastructure') },
  );
  await using stack = await ProgramStack.create(
    {},
    { project, stack: 'production', copyOf: path.join(examples, example), beside: infrastructure },
  );
  stack.env.VIRTUAL_ENV = pythonSdk.venv;
  for (const each of [infrastructure, stack]) cluster.serve(each);
  await infrastructure.mustUp();
  const preview = await stack.preview();
  const up = await stack.mustUp();
  const made = (await stack.exported()).resources;
  const again = await stack.mustUp();
  await stack.config(...change);
  const changed = await stack.mustUp();
  const changedTo = (await stack.exported()).resources;
  const destroyed = await stack.destroy();
  const stepsOf = ({ steps }: { readonly steps: readonly string[] }) => [...steps].sort();
  const declared = (resources: typeof made) =>
    Object.fromEntries(
      resources.map(({ urn, type, inputs, parent, provider, dependencies, propertyDependencies }) => [
        urn,
        // The provider's reference ends with an id that is new each time.
        {
          type,
          inputs,
          parent,
          provider: String(provider).split('::').slice(0, -1),
          dependencies,
          propertyDependencies,
        },
      ]),
    );
  return {
    preview: stepsOf(preview),
    up: stepsOf(up),
    made: declared(made),
    again: [stepsOf(again), again.report.summary.changes],
    changed: stepsOf(changed),
    changedTo: declared(changedTo),
    destroyed: stepsOf(destroyed),
  };
}

describe.runIf(pythonSdk.kind === 'ready')(`programs on pulumi_kubernetes of PyPI${pythonSdk.why}`, () => {
  test.each([
    ['Day', 'day-service', 'day-service-app', ['image_tag', 'v1.2.4'], 7],
    ['microservice', 'microservice', 'microservice', ['namespace', 'default'], 11],
  ] as const)(
    'the %s program in Python gives the same URNs, inputs and steps as in TypeScript',
    async (_, example, project, change, count) => {
      const inTypeScript = await lifeOf(example, project, change);
      const inPython = await lifeOf(`${example}-python`, project, change);
      expect(inPython).toEqual(inTypeScript);
      expect(inPython.up).toHaveLength(count);
    },
  );
});
