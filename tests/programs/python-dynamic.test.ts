import { describe, expect, test } from 'vitest';
import { ProgramStack } from './harness/program-stack.ts';
import { pythonProject, pythonSdk } from './harness/python.ts';

const program = `import hashlib
from typing import Any, Optional
import pulumi
from pulumi.dynamic import CheckFailure, CheckResult, CreateResult, DiffResult, Resource, ResourceProvider, UpdateResult

config = pulumi.Config()
text = config.get("text")
salt = "outer"


class Notes(ResourceProvider):
    def check(self, olds, news):
        failures = [CheckFailure("text", "say something")] if news.get("text") == "" else []
        return CheckResult(news, failures)

    def diff(self, id, olds, news):
        replaces = ["kind"] if olds["kind"] != news["kind"] else []
        return DiffResult(changes=olds["text"] != news["text"] or bool(replaces), replaces=replaces)

    def create(self, props):
        if props["text"] == "refuse":
            raise Exception("the disk says no")
        print("writing", props["kind"])
        digest = hashlib.md5((salt + props["text"]).encode()).hexdigest()
        return CreateResult("note-" + props["kind"], {**props, "sum": digest})

    def update(self, id, olds, news):
        return UpdateResult({**news, "sum": "updated " + news["text"]})

    def delete(self, id, props):
        print("tearing up", id)


class Note(Resource):
    sum: pulumi.Output[str]

    def __init__(self, name: str, args: dict, opts: Optional[pulumi.ResourceOptions] = None):
        super().__init__(Notes(), name, {"sum": None, **args}, opts)


first = Note("first", {
    "kind": config.get("kind") or "a",
    "text": "hello" if text is None else text,
    "token": config.get_secret("token"),
})
Note("second", {"kind": "b", "text": first.sum})
pulumi.export("sum", first.sum)
`;

describe.runIf(pythonSdk.kind === 'ready')(`dynamic providers in Python${pythonSdk.why}`, () => {
  test('are created, left alone, updated, replaced and deleted by the code that the resources carry', async () => {
    await using stack = await ProgramStack.create(pythonProject({ '__main__.py': program }));
    expect((await stack.preview()).report.summary.changes).toEqual({ create: 3 });
    const first = await stack.mustUp();
    expect(first.report.summary.changes).toEqual({ create: 3 });
    expect(first.diagnostics.map(({ message }) => message)).toContain('writing a');
    expect((await stack.mustUp()).report.summary.changes).toEqual({ same: 3 });
    await stack.config('text', 'changed');
    expect((await stack.mustUp()).report.summary.changes).toEqual({ same: 1, update: 2 });
    expect(await (await stack.stack()).outputs()).toEqual({ sum: 'updated changed' });
    await stack.config('kind', 'c');
    expect((await stack.mustUp()).steps).toContain('replace first');
    expect((await stack.resource('first')).id).toBe('note-c');
    const destroyed = await stack.destroy();
    expect(destroyed.report.summary.changes).toEqual({ delete: 3 });
    expect(destroyed.diagnostics.map(({ message }) => message)).toContain('tearing up note-c');
  });

  test('tell their failures, and keep what a secret input touches secret', async () => {
    await using stack = await ProgramStack.create(pythonProject({ '__main__.py': program }));
    await stack.config('token', 'canary-in-the-mine', { secret: true });
    await stack.config('text', 'refuse');
    const refused = await stack.up();
    expect(refused.result).toBe('failed');
    expect(refused.errors.join('\n')).toContain('the disk says no');
    await stack.config('text', '');
    expect((await stack.up()).errors.join('\n')).toContain('say something');
    await stack.config('text', 'fine');
    await stack.mustUp();
    expect(JSON.stringify(await stack.exported())).not.toContain('canary-in-the-mine');
    expect(JSON.stringify(await stack.exported(true))).toContain('canary-in-the-mine');
  });
});
