import { mkdir, symlink } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { pythonSdk } from '../programs/harness/python.ts';
import { createLab, launcher, run } from '../support/radiant.ts';

const caller = `import json
import sys
import pulumi
import pulumi.automation as auto


def program():
    config = pulumi.Config()
    pulumi.ComponentResource("app:index:Part", "part")
    pulumi.export("name", config.require("name"))
    pulumi.export("token", config.require_secret("token"))


def broken():
    raise ValueError("no parts today")


events = []
stack = auto.create_or_select_stack("dev", project_name="inline", program=program)
stack.set_all_config({"name": auto.ConfigValue("shelf"), "token": auto.ConfigValue("canary", secret=True)})
preview = stack.preview()
up = stack.up(on_event=lambda event: events.append(event))
again = stack.up(expect_no_changes=True)
try:
    stack.workspace.program = broken
    stack.up()
    failure = None
except auto.CommandError as error:
    failure = str(error)
stack.workspace.program = program
destroyed = stack.destroy()
stack.workspace.remove_stack("dev")

local = auto.create_or_select_stack("dev", work_dir=sys.argv[1])
told = local.up().outputs
try:
    auto.create_stack("dev", work_dir=sys.argv[1])
    taken = None
except auto.StackAlreadyExistsError as error:
    taken = type(error).__name__

print("RESULT", json.dumps({
    "previewed": preview.change_summary["create"],
    "up": [up.summary.result, up.summary.resource_changes, up.outputs["name"].value],
    "secret": [up.outputs["token"].value, up.outputs["token"].secret],
    "again": again.summary.resource_changes,
    "made": sorted(e.res_outputs_event.metadata.urn.split("::")[-1] for e in events if e.res_outputs_event),
    "failure": failure,
    "destroyed": destroyed.summary.result,
    "local": {name: output.value for name, output in told.items()},
    "taken": taken,
}))
`;

describe.runIf(pythonSdk.kind === 'ready')(`the Automation API of PyPI${pythonSdk.why}`, () => {
  test('runs inline and local programs in Python by our command, and knows its events and errors', async () => {
    const lab = await createLab();
    try {
      const bin = path.join(lab.dir, 'bin');
      await mkdir(bin);
      await symlink(launcher, path.join(bin, 'pulumi'));
      const dir = await lab.program('caller', { 'caller.py': caller });
      const local = await lab.program('local', {
        'Pulumi.yaml': 'name: local\nruntime: python\n',
        '__main__.py': 'import pulumi\npulumi.export("answer", 42)\n',
      });
      const { stdout, stderr } = await run(path.join(pythonSdk.venv, 'bin/python'), ['caller.py', local], dir, {
        ...lab.env,
        PATH: `${bin}${path.delimiter}${process.env.PATH}`,
        VIRTUAL_ENV: pythonSdk.venv,
        PULUMI_CONFIG_PASSPHRASE: 'words',
        PULUMI_BACKEND_URL: `file://${lab.dir}`,
      });
      const result = /^RESULT (.*)$/m.exec(stdout)?.[1];
      expect(result, stderr).toBeDefined();
      expect(JSON.parse(result!)).toEqual({
        previewed: 2,
        up: ['succeeded', { create: 2 }, 'shelf'],
        secret: ['canary', true],
        again: { same: 2 },
        made: ['inline-dev', 'part'],
        failure: expect.stringContaining('ValueError: no parts today'),
        destroyed: 'succeeded',
        local: { answer: 42 },
        taken: 'StackAlreadyExistsError',
      });
    } finally {
      await lab.dispose();
    }
  });
});
