import { describe, expect, test } from 'vitest';
import { ProgramStack, wires } from './harness/program-stack.ts';
import { pythonSdk } from './harness/python.ts';

const provider = `import sys
import pulumi
import pulumi.provider as provider
from pulumi.provider.provider import InvokeResult


class Garden(pulumi.ComponentResource):
    def __init__(self, name, args, opts=None):
        super().__init__("garden:index:Garden", name, {}, opts)
        self.motto = pulumi.Output.concat(args["flower"], " in ", name)
        self.register_outputs({"motto": self.motto})


class Provider(provider.Provider):
    def __init__(self):
        super().__init__("1.0.0")

    def construct(self, name, resource_type, inputs, options=None):
        if resource_type != "garden:index:Garden":
            raise Exception("unknown component " + resource_type)
        garden = Garden(name, inputs, options)
        return provider.ConstructResult(garden.urn, {"motto": garden.motto})

    def invoke(self, token, args):
        return InvokeResult(outputs={"text": "grown " + args["text"]})


if __name__ == "__main__":
    provider.main(Provider(), sys.argv[1:])
`;

const program = `import * as pulumi from '@pulumi/pulumi';
class Garden extends pulumi.ComponentResource {
  declare readonly motto: pulumi.Output<string>;
  constructor(name: string, props: object) { super('garden:index:Garden', name, { motto: undefined, ...props }, {}, true); }
}
export const motto = new Garden('garden', { flower: new pulumi.Config().get('flower') ?? 'rose' }).motto;
export const answer = pulumi.runtime.invoke('garden:index:grow', { text: 'slowly' });
`;

const plants = `import sys
from pulumi.provider.experimental.property_value import PropertyValue
from pulumi.provider.experimental.provider import (
    CheckFailure, CheckResponse, ConfigureResponse, CreateResponse, DiffResponse, PropertyDiff, PropertyDiffKind,
    Provider, ReadResponse, UpdateResponse,
)
from pulumi.provider.experimental.server import main


class Plants(Provider):
    soil = ""

    async def check_config(self, request):
        return CheckResponse(inputs=request.new_inputs)

    async def configure(self, request):
        self.soil = request.variables.get("plants:config:soil", "sand")
        return ConfigureResponse(accept_secrets=True, supports_preview=True)

    async def check(self, request):
        failures = [] if "kind" in request.new_inputs else [CheckFailure("kind", "what is it?")]
        return CheckResponse(inputs=request.new_inputs, failures=failures)

    async def diff(self, request):
        def same(key):
            return request.old_state.get(key) == request.new_inputs.get(key)

        replaces = [] if same("kind") else ["kind"]
        changed = replaces + ([] if same("height") else ["height"])
        kind = PropertyDiffKind.UPDATE_REPLACE if replaces else PropertyDiffKind.UPDATE
        return DiffResponse(
            changes=bool(changed), replaces=replaces, diffs=changed,
            detailed_diff={key: PropertyDiff(kind, True) for key in changed},
        )

    async def create(self, request):
        if request.preview:
            return CreateResponse(properties=request.properties)
        kind = request.properties["kind"].value
        if kind == "weed":
            raise Exception("nobody plants weeds")
        return CreateResponse("plant-" + kind, self.grown(request.properties))

    async def update(self, request):
        return UpdateResponse(self.grown(request.news))

    async def read(self, request):
        return ReadResponse(request.resource_id, {**request.properties, "label": PropertyValue("read")}, request.inputs)

    async def delete(self, request):
        print("pulled out", request.resource_id, file=sys.stderr)

    def grown(self, properties):
        return {**properties, "label": PropertyValue(properties["kind"].value + " in " + self.soil)}


if __name__ == "__main__":
    main(sys.argv[1:], "1.0.0", Plants())
`;

const planting = `import * as pulumi from '@pulumi/pulumi';
const config = new pulumi.Config();
class Plant extends pulumi.CustomResource {
  declare readonly label: pulumi.Output<string>;
  constructor(name: string, props: object) { super('plants:index:Plant', name, { label: undefined, ...props }); }
}
const kind = config.get('kind') ?? 'rose';
const plant = new Plant('plant', { ...(kind !== 'none' && { kind }), height: config.getNumber('height') ?? 1, owner: config.requireSecret('owner') });
export const label = plant.label;
`;

describe.runIf(pythonSdk.kind === 'ready')(`a provider in Python on the SDK of PyPI${pythonSdk.why}`, () => {
  test('constructs its components and answers functions, in its virtual environment', async () => {
    await using stack = await ProgramStack.create({
      'index.ts': program,
      'Pulumi.yaml': 'name: proj\nruntime: nodejs\nplugins: { providers: [{ name: garden, path: ./garden }] }\n',
      'garden/PulumiPlugin.yaml': `runtime: { name: python, options: { virtualenv: "${pythonSdk.venv}" } }\n`,
      'garden/__main__.py': provider,
    });
    await stack.mustUp();
    expect(await (await stack.stack()).outputs()).toEqual({
      motto: 'rose in garden',
      answer: { text: 'grown slowly' },
    });
    expect(await stack.resource('garden')).toMatchObject({ type: 'garden:index:Garden', custom: false });
    expect((await stack.mustUp()).report.summary.changes).toEqual({ same: 2 });
    expect((await stack.destroy()).result).toBe('succeeded');
  });

  test.each(wires)(
    'serves resources of its own: check, create, diff, update, replace, read, delete (%s wire)',
    async (wire) => {
      await using stack = await ProgramStack.create(
        {
          'index.ts': planting,
          'Pulumi.yaml': 'name: proj\nruntime: nodejs\nplugins: { providers: [{ name: plants, path: ./plants }] }\n',
          'plants/PulumiPlugin.yaml': `runtime: { name: python, options: { virtualenv: "${pythonSdk.venv}" } }\n`,
          'plants/__main__.py': plants,
        },
        { wire },
      );
      await stack.config('owner', 'canary-in-the-garden', { secret: true });
      await stack.config('plants:soil', 'clay');
      expect((await stack.preview()).report.summary.changes).toEqual({ create: 2 });
      await stack.mustUp();
      expect(await (await stack.stack()).outputs()).toEqual({ label: 'rose in clay' });
      expect((await stack.mustUp()).report.summary.changes).toEqual({ same: 2 });
      await stack.config('height', '2');
      expect((await stack.mustUp()).steps).toContain('update plant');
      await stack.config('kind', 'tulip');
      expect((await stack.mustUp()).steps).toContain('replace plant');
      expect((await stack.resource('plant')).id).toBe('plant-tulip');
      expect(JSON.stringify(await stack.exported())).not.toContain('canary');
      await stack.refresh();
      expect((await stack.resource('plant')).outputs).toMatchObject({ label: 'read', height: 2 });
      for (const [kind, words] of [
        ['none', 'property kind value {<nil>} has a problem: what is it?'],
        ['weed', 'nobody plants weeds'],
      ] as const) {
        await stack.config('kind', kind);
        const { result, errors } = await stack.up();
        expect(result).toBe('failed');
        expect(errors.join('\n')).toContain(words);
      }
      expect((await stack.destroy()).report.summary.changes).toEqual({ delete: 2 });
    },
  );
});
