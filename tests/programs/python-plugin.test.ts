import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { ProgramStack } from './harness/program-stack.ts';

/** Made once for a machine; the SDK is some 100 MB. */
const venv = path.join(os.tmpdir(), 'radiant-python-sdk');
const python = path.join(venv, 'bin', 'python');
const hasPython = spawnSync('python3', ['-m', 'venv', '--help']).status === 0;

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

const why = hasPython ? '' : ' (skipped: this machine has no python3 with venv)';

describe.runIf(hasPython)(`a component provider in Python on the SDK of PyPI${why}`, () => {
  beforeAll(() => {
    if (existsSync(path.join(venv, 'ready'))) return;
    execFileSync('python3', ['-m', 'venv', venv]);
    execFileSync(python, ['-m', 'pip', 'install', '-q', 'pulumi==3.272.0'], { timeout: 240_000 });
    execFileSync('touch', [path.join(venv, 'ready')]);
  }, 300_000);

  test('constructs its components and answers functions, in its virtual environment', async () => {
    await using stack = await ProgramStack.create({
      'index.ts': program,
      'Pulumi.yaml': 'name: proj\nruntime: nodejs\nplugins: { providers: [{ name: garden, path: ./garden }] }\n',
      'garden/PulumiPlugin.yaml': `runtime: { name: python, options: { virtualenv: "${venv}" } }\n`,
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
});
