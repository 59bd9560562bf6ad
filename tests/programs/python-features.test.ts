import { describe, expect, test } from 'vitest';
import { ProgramStack } from './harness/program-stack.ts';
import { pythonProject, pythonSdk } from './harness/python.ts';

const note = `import asyncio
import pulumi
from pulumi.dynamic import CreateResult, Resource, ResourceProvider, UpdateResult


class Notes(ResourceProvider):
    def create(self, props):
        return CreateResult("note", props)

    def update(self, id, olds, news):
        return UpdateResult(news)


class Note(Resource):
    text: pulumi.Output[str]

    def __init__(self, name, text, opts=None):
        super().__init__(Notes(), name, {"text": text}, opts)


config = pulumi.Config()
`;

describe.runIf(pythonSdk.kind === 'ready')(`a program in Python${pythonSdk.why}`, () => {
  const create = (program: string) => ProgramStack.create(pythonProject({ '__main__.py': note + program }));

  test('changes by transforms what it declares, its own and the stack’s', async () => {
    await using stack = await create(`
def louder(args):
    if "text" not in args.props:
        return None
    return pulumi.ResourceTransformResult(props={**args.props, "text": args.props["text"] + "!"}, opts=args.opts)

pulumi.runtime.register_resource_transform(louder)
one = Note("one", "hello", pulumi.ResourceOptions(transforms=[louder]))
pulumi.export("text", one.text)
`);
    await stack.mustUp();
    expect(await (await stack.stack()).outputs()).toEqual({ text: 'hello!!' });
  });

  test('is called back by hooks, before and after what it declares is made', async () => {
    await using stack = await create(`
def tell(when):
    return pulumi.ResourceHook(when, lambda args: print(when, args.name))

hooks = pulumi.ResourceHookBinding(before_create=[tell("before")], after_create=[tell("after")])
Note("one", "hello", pulumi.ResourceOptions(hooks=hooks))
`);
    const told = (await stack.mustUp()).diagnostics.map(({ message }) => message);
    expect(told.filter((message) => /^(before|after) /.test(message))).toEqual(['before one', 'after one']);
  });

  test('goes on with what exists under another name, and protects, ignores and depends as it says', async () => {
    await using stack = await create('Note("one", "hello")\n');
    await stack.mustUp();
    await stack.write({
      '__main__.py': `${note}
renamed = Note("uno", "changed", pulumi.ResourceOptions(
    aliases=[pulumi.Alias(name="one")], ignore_changes=["text"], protect=True,
))
Note("two", renamed.text, pulumi.ResourceOptions(depends_on=[renamed]))
`,
    });
    const { steps } = await stack.mustUp();
    expect(steps).toEqual(expect.arrayContaining(['create two', 'same uno']));
    expect((await stack.resource('uno')).outputs).toMatchObject({ text: 'hello' });
    expect((await stack.resource('two')).dependencies).toEqual([expect.stringMatching(/::uno$/)]);
    expect((await stack.destroy()).result).toBe('failed');
  });

  test('awaits what it likes, and leaves alone in a preview what is not known yet', async () => {
    await using stack = await create(`
async def main():
    await asyncio.sleep(0.01)
    one = Note("one", "hello")
    one.id.apply(lambda id: print("made", id))
    both = pulumi.Output.all(one.id, config.require_secret("token"))
    return {"both": both.apply(lambda pair: "-".join(pair)), "plain": pulumi.Output.json_dumps({"a": [1, None]})}

pulumi.run(main)
`);
    await stack.config('token', 'canary', { secret: true });
    expect((await stack.preview()).diagnostics.map(({ message }) => message)).not.toContain('made note');
    const up = await stack.mustUp();
    expect(up.diagnostics.map(({ message }) => message)).toContain('made note');
    expect(await (await stack.stack()).outputs()).toMatchObject({ plain: '{"a": [1, null]}' });
    expect(JSON.stringify(await stack.exported())).not.toContain('canary');
    expect(JSON.stringify(await stack.exported(true))).toContain('note-canary');
  });

  test('reads the outputs of another stack', async () => {
    await using stack = await create(`
if pulumi.get_stack() == "dev":
    pulumi.export("name", "trantor")
    pulumi.export("token", pulumi.Output.secret("canary"))
`);
    await stack.mustUp();
    await using other = await ProgramStack.create(
      pythonProject({
        '__main__.py': `${note}
dev = pulumi.StackReference("organization/proj/dev")
pulumi.export("name", dev.get_output("name"))
pulumi.export("token", dev.require_output("token"))
`,
      }),
      { project: 'other', stack: 'other', beside: stack },
    );
    await other.mustUp();
    expect(await (await other.stack()).outputs()).toMatchObject({ name: 'trantor' });
    expect(JSON.stringify(await other.exported())).not.toContain('canary');
  });
});
