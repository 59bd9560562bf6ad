import { describe, expect, test } from 'vitest';
import { type ProgramRun, ProgramStack } from './harness/program-stack.ts';
import { pythonProject, pythonSdk } from './harness/python.ts';

const program = `import pulumi
from pulumi.dynamic import CreateResult, Resource, ResourceProvider

config = pulumi.Config()


class Books(ResourceProvider):
    def create(self, props):
        return CreateResult(props["title"], props)


class Book(Resource):
    def __init__(self, name, title):
        props = {"title": title, "code": config.get_secret("code")}
        super().__init__(Books(), name, props, pulumi.ResourceOptions(additional_secret_outputs=["code"]))


for title in config.require("titles").split(","):
    Book(title, title)
`;

const pack = `import os
from pulumi_policy import (
    EnforcementLevel, PolicyConfigSchema, PolicyPack, ResourceValidationPolicy, StackValidationPolicy,
)


def short_title(args, report):
    title = args.props.get("title")
    if title is not None and len(title) > args.get_config()["max"]:
        report(f'"{title}" is too long in {os.environ["PULUMI_STACK"]} {args.props.get("code") or ""}')


def capital(args):
    return {**args.props, "title": "Small"} if args.props.get("title") == "small" else None


def few(args, report):
    books = [each for each in args.resources if "title" in each.props]
    if len(books) > 2:
        report(f"{len(books)} books")


PolicyPack(
    name="library",
    policies=[
        ResourceValidationPolicy(
            name="short-title",
            description="A title is short",
            enforcement_level=EnforcementLevel.MANDATORY,
            config_schema=PolicyConfigSchema(properties={"max": {"type": "integer", "default": 5}}),
            validate=short_title,
        ),
        ResourceValidationPolicy(
            name="capital",
            description="Titles begin with a capital",
            enforcement_level=EnforcementLevel.REMEDIATE,
            remediate=capital,
        ),
        StackValidationPolicy(
            name="few", description="Not too many", enforcement_level=EnforcementLevel.MANDATORY, validate=few,
        ),
    ],
)
`;

async function create(titles: string, files: { readonly [file: string]: string } = {}) {
  const stack = await ProgramStack.create(
    pythonProject({
      '__main__.py': program,
      'pack/PulumiPolicy.yaml': `version: 1.2.3\nruntime: { name: python, options: { virtualenv: "${pythonSdk.venv}" } }\n`,
      'pack/__main__.py': pack,
      ...files,
    }),
  );
  await stack.config('titles', titles);
  return stack;
}

const packs = ({ dir }: ProgramStack, configFile?: string) => ({
  policyPacks: [{ place: 'pack', root: dir, ...(configFile === undefined ? {} : { configFile }) }],
});

const violations = ({ events }: ProgramRun) =>
  events.flatMap((event) =>
    event.kind === 'policy-violated'
      ? [`${event.violation.level} ${event.violation.policy} ${event.violation.urn.split('::').at(-1)}`]
      : [],
  );

describe.runIf(pythonSdk.kind === 'ready')(`a policy pack in Python, on pulumi-policy of PyPI${pythonSdk.why}`, () => {
  test('stops what it forbids before it is made, and tells it without the secrets that it sees', async () => {
    await using stack = await create('far too long');
    await stack.config('code', 'canary-code', { secret: true });
    const preview = await stack.preview(packs(stack));
    expect([preview.result, violations(preview)]).toEqual(['failed', ['mandatory short-title far too long']]);
    const up = await stack.up(packs(stack));
    expect(up.result).toBe('failed');
    const told = [...preview.events, ...up.events].filter(({ kind }) => kind === 'policy-violated');
    expect(JSON.stringify(told)).toContain('is too long in dev');
    expect(JSON.stringify(told)).not.toContain('canary-code');
    expect((await stack.exported()).resources.filter(({ id }) => id === 'far too long')).toEqual([]);
  });

  test('repairs what it can, and is recorded by the version of its PulumiPolicy.yaml', async () => {
    await using stack = await create('small');
    const run = await stack.mustUp(packs(stack));
    expect((await stack.exported()).resources.at(-1)).toMatchObject({ id: 'Small', outputs: { title: 'Small' } });
    expect(run.report.summary.policyPacks).toEqual({ 'library|local|pack': '1.2.3' });
    expect((await stack.mustUp(packs(stack))).report.summary.changes).toEqual({ same: 2 });
  });

  test('looks at the whole stack, and is configured by a file', async () => {
    await using stack = await create('one,two,threefold', { 'lax.json': '{"short-title": {"max": 20}}' });
    const run = await stack.up(packs(stack, 'lax.json'));
    expect([run.result, violations(run)]).toEqual(['failed', ['mandatory few proj-dev']]);
  });

  test('that is broken ends the operation with the line that broke it', async () => {
    await using stack = await create('a', {
      'pack/__main__.py': 'import pulumi_policy\nraise ValueError("no policies today")\n',
    });
    const run = await stack.preview(packs(stack));
    expect(run.result).toBe('failed');
    expect(run.errors.join('\n')).toMatch(/no policies today/);
    expect(run.errors.join('\n')).toContain('__main__.py", line 2');
  });
});
