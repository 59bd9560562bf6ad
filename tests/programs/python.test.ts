import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { ProgramStack } from './harness/program-stack.ts';
import { pythonProject, pythonSdk } from './harness/python.ts';

const components = `import os
import sys
import pulumi
from shared.parts import Part

config = pulumi.Config()
shelf = Part("shelf", config.get_int("boards") or 1)
print("hellō", sys.argv[1:], os.getcwd() == os.path.dirname(os.path.abspath(__file__)), os.environ["VIRTUAL_ENV"])
print("to stderr", file=sys.stderr)
pulumi.export("boards", shelf.boards)
pulumi.export("token", config.require_secret("token"))
pulumi.export("of", [pulumi.get_organization(), pulumi.get_project(), pulumi.get_stack()])
pulumi.export("root", os.path.basename(pulumi.runtime.get_root_directory()))
pulumi.export("other", pulumi.Config("ns").require("key"))
`;

const parts = `import pulumi

class Part(pulumi.ComponentResource):
    boards: pulumi.Output[int]

    def __init__(self, name, boards, opts=None):
        super().__init__("test:index:Part", name, {"boards": boards}, opts)
        self.boards = pulumi.Output.from_input(boards)
        self.register_outputs({"boards": self.boards})
`;

describe.runIf(pythonSdk.kind === 'ready')(`a program in Python on the SDK of PyPI${pythonSdk.why}`, () => {
  test('declares what it declares, in its virtual environment, with its configuration and secrets', async () => {
    await using stack = await ProgramStack.create(
      pythonProject({ '__main__.py': components, 'shared/parts.py': parts }),
    );
    await stack.config('token', 'canary-on-the-shelf', { secret: true });
    await stack.config('ns:key', 'value');
    expect((await stack.preview()).report.summary.changes).toEqual({ create: 2 });
    const { diagnostics, steps } = await stack.mustUp();
    expect(steps).toEqual(['create shelf', 'create proj-dev']);
    expect(diagnostics.map(({ severity, message }) => `${severity}: ${message}`)).toEqual([
      `info: hellō [] True ${pythonSdk.venv}`,
      'info#err: to stderr',
    ]);
    expect(await (await stack.stack()).outputs()).toMatchObject({
      boards: 1,
      of: ['organization', 'proj', 'dev'],
      root: 'proj',
      other: 'value',
    });
    expect(await stack.resource('shelf')).toMatchObject({ sourcePosition: 'project:///__main__.py#7' });
    expect(JSON.stringify(await stack.exported())).not.toContain('canary');
    expect(JSON.stringify(await stack.exported(true))).toContain('canary-on-the-shelf');
    expect((await stack.mustUp()).report.summary.changes).toEqual({ same: 2 });
    expect((await stack.destroy()).report.summary.changes).toEqual({ delete: 2 });
  });

  test.each([
    ['a folder', 'infra', { 'infra/__main__.py': 'import helper\n', 'infra/helper.py': '' }],
    ['a file', 'infra/app.py', { 'infra/app.py': 'import helper\n', 'infra/helper.py': '' }],
    [
      'a folder with a dot in its name',
      'infra.d',
      { 'infra.d/__main__.py': 'import helper\n', 'infra.d/helper.py': '' },
    ],
  ])('runs from %s that `main` names, whose modules it may import', async (_, main, files) => {
    const { 'Pulumi.yaml': project } = pythonProject({});
    await using stack = await ProgramStack.create({ ...files, 'Pulumi.yaml': `${project}main: ${main}\n` });
    expect((await stack.mustUp()).report.summary.changes).toEqual({ create: 1 });
  });

  test('is told debug messages of its SDK only when somebody listens', async () => {
    await using stack = await ProgramStack.create(
      pythonProject({ '__main__.py': 'import pulumi\npulumi.log.debug("a whisper")\npulumi.log.warn("a word")\n' }),
    );
    const said = async (debug: boolean) => (await stack.preview({ debug })).diagnostics.map(({ message }) => message);
    expect(await said(false)).toEqual(['a word']);
    expect(await said(true)).toEqual(expect.arrayContaining(['a whisper', 'a word']));
  });

  describe('that fails', () => {
    const header = 'Program failed with an unhandled exception:\n';
    const errorOf = async (program: string) => {
      await using stack = await ProgramStack.create(pythonProject({ '__main__.py': program }));
      const { result, errors } = await stack.preview();
      expect(result).toBe('failed');
      return errors.join('\n').replaceAll(stack.dir, '.');
    };

    test('tells the lines of the person, and none of the SDK or of what runs it', async () => {
      expect(await errorOf('def fail():\n    raise ValueError("broken")\n\nfail()\n')).toBe(
        `${header}Traceback (most recent call last):\n  File "./__main__.py", line 4, in <module>\n    fail()\n` +
          '  File "./__main__.py", line 2, in fail\n    raise ValueError("broken")\nValueError: broken\n',
      );
    });

    test('in a function that gets an output, does so too', async () => {
      const program = `import pulumi\n\ndef late(value):\n    raise KeyError(value)\n\npulumi.Output.from_input("x").apply(late)\n`;
      expect(await errorOf(program)).toBe(
        `${header}Traceback (most recent call last):\n  File "./__main__.py", line 4, in late\n    raise KeyError(value)\nKeyError: 'x'\n`,
      );
    });

    test('keeps what its exception was caused by, where that is the person’s own', async () => {
      const program = `try:\n    int("x")\nexcept ValueError as error:\n    raise RuntimeError("no number") from error\n`;
      const error = await errorOf(program);
      expect(error).toContain("ValueError: invalid literal for int() with base 10: 'x'");
      expect(error).toContain('The above exception was the direct cause');
      expect(error).toContain('line 4, in <module>');
    });

    test('by its syntax, shows the line with its place', async () => {
      expect(await errorOf('import pulumi\nx = = 3\n')).toBe(
        `${header}  File "./__main__.py", line 2\n    x = = 3\n        ^\nSyntaxError: invalid syntax\n`,
      );
    });

    test('by a RunError, says what that says and nothing else', async () => {
      expect(await errorOf('import pulumi\nraise pulumi.RunError("no shelf without boards")\n')).toBe(
        'no shelf without boards',
      );
    });

    test('by a module that is missing, comes with the command that installs it', async () => {
      const error = await errorOf('import some_library.part\n');
      expect(error).toContain('line 1, in <module>');
      expect(error).toContain(
        `ModuleNotFoundError: No module named 'some_library'\n\nIf some-library is a package, install it:\n` +
          `    ${pythonSdk.venv}/bin/python -m pip install some-library`,
      );
      expect(await errorOf('import pulumi.nonsense\n')).not.toContain('pip install');
    });

    test('by a resource that the engine refuses, says why, once', async () => {
      const program = `import pulumi\n\nclass Thing(pulumi.CustomResource):\n    def __init__(self, name):\n        super().__init__("thing", name, {})\n\nThing("x")\n`;
      expect(await errorOf(program)).toBe(
        `${header}Exception: Type 'thing' is not a valid type token (must have format '*:*:*')\n`,
      );
    });

    test('by a call of its own to what is not there, is not taken for one that the engine has ended', async () => {
      const program = `import grpc\ngrpc.insecure_channel("127.0.0.1:1").unary_unary("/a/b")(b"", timeout=10)\n`;
      expect(await errorOf(program)).toMatch(/"\.\/__main__\.py", line 2, in <module>[\s\S]*StatusCode\.UNAVAILABLE/);
    });

    test('by exiting, is told with its exit code', async () => {
      expect(await errorOf('import sys\nsys.exit(3)\n')).toBe('Program exited with non-zero exit code: 3');
    });
  });

  test('stops in silence when something it has declared has failed', async () => {
    const program = `import pulumi
from pulumi.dynamic import CreateResult, Resource, ResourceProvider

class Parts(ResourceProvider):
    def create(self, props):
        raise Exception("nothing is made today")

class Part(Resource):
    def __init__(self, name):
        super().__init__(Parts(), name, {})

for number in range(20):
    Part(f"part-{number}")
`;
    await using stack = await ProgramStack.create(pythonProject({ '__main__.py': program }));
    const { result, errors } = await stack.up({ parallel: 2 });
    expect(result).toBe('failed');
    expect(errors.filter((error) => !error.includes('nothing is made today'))).toEqual(['update failed']);
  });

  test('that fails deletes nothing', async () => {
    await using stack = await ProgramStack.create(
      pythonProject({ '__main__.py': components, 'shared/parts.py': parts }),
    );
    await stack.config('token', 'x', { secret: true });
    await stack.config('ns:key', 'value');
    await stack.mustUp();
    await stack.write({ '__main__.py': 'raise Exception("before anything")\n' });
    expect((await stack.up()).result).toBe('failed');
    expect((await stack.exported()).resources).toHaveLength(2);
  });

  test('is ended when the operation is, though it does not listen', async () => {
    await using stack = await ProgramStack.create(
      pythonProject({ '__main__.py': 'import time\nprint("on")\nwhile True:\n    time.sleep(1)\n' }),
    );
    const terminate = new AbortController();
    const { result } = await stack.up({ terminate: terminate.signal, drain: terminate.signal }, (event) => {
      if (event.kind === 'diagnostic' && event.diagnostic.message === 'on') terminate.abort();
    });
    expect(result).not.toBe('succeeded');
  });
});

describe('a program in Python', () => {
  const hasPython = spawnSync('python3', ['-m', 'venv', '--help']).status === 0;

  test.runIf(hasPython)('without its SDK is told how to install it, by what the project says it needs', async () => {
    const files = { 'Pulumi.yaml': 'name: proj\nruntime: { name: python, options: { virtualenv: venv } }\n' };
    await using stack = await ProgramStack.create({ ...files, '__main__.py': 'import pulumi\n' });
    spawnSync('python3', ['-m', 'venv', '--without-pip', 'venv'], { cwd: stack.dir });
    const python = `${stack.dir}/venv/bin/python`;
    const first = await stack.preview();
    expect(first.errors.join('\n')).toContain(
      `the Pulumi SDK is not installed for ${python}: No module named 'pulumi'`,
    );
    expect(first.errors.join('\n')).toContain(`${python} -m pip install pulumi`);
    await stack.write({ 'requirements.txt': 'pulumi>=3.0.0,<4.0.0\n' });
    expect((await stack.preview()).errors.join('\n')).toContain('radiant install');
  });

  test('whose virtual environment is not there is refused with the commands that make it', async () => {
    await using stack = await ProgramStack.create({
      'Pulumi.yaml': 'name: proj\nruntime: { name: python, options: { virtualenv: venv } }\n',
      '__main__.py': '',
    });
    const error = (await stack.preview()).errors.join('\n');
    expect(error).toContain(`the virtual environment ${stack.dir}/venv does not exist`);
    expect(error).toMatch(/radiant install[\s\S]*python3 -m venv/);
  });
});
