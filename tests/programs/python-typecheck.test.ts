import { describe, expect, test } from 'vitest';
import { ProgramStack } from './harness/program-stack.ts';
import { pythonProject, pythonSdk } from './harness/python.ts';

const wrong = `from pulumi.dynamic import CreateResult, Resource, ResourceProvider

class Parts(ResourceProvider):
    def create(self, props):
        return CreateResult("made", props)

class Part(Resource):
    def __init__(self, name: str) -> None:
        super().__init__(Parts(), name, {})

Part("part")
count: int = "three"
`;

describe.runIf(pythonSdk.kind === 'ready')(`a program in Python that asks for a type checker${pythonSdk.why}`, () => {
  const project = (program: string, checker = 'mypy') =>
    pythonProject({ '__main__.py': program }, { typechecker: checker });

  test('changes nothing while its types are wrong, and is told where, unless that is to be a warning', async () => {
    await using stack = await ProgramStack.create(project(wrong));
    const place = /__main__\.py:12: error: Incompatible types in assignment/;
    const preview = await stack.preview({ typecheck: 'error' });
    expect([preview.result, preview.errors.join('\n')]).toEqual(['failed', expect.stringMatching(place)]);
    const up = await stack.up({ typecheck: 'error' });
    expect(up.result).toBe('failed');
    expect(up.errors.join('\n')).toMatch(place);
    expect((await stack.exported()).resources.filter(({ id }) => id === 'made')).toEqual([]);
    const warned = await stack.up({ typecheck: 'warn' });
    expect(warned.result).toBe('succeeded');
    expect(warned.diagnostics.filter(({ severity }) => severity === 'warning')).toEqual([
      expect.objectContaining({ message: expect.stringMatching(place) }),
    ]);
  });

  test('runs when its types are right, and when they are not looked at', async () => {
    await using right = await ProgramStack.create(project('count: int = 3\n'));
    expect((await right.up({ typecheck: 'error' })).result).toBe('succeeded');
    await using unseen = await ProgramStack.create(project(wrong));
    expect((await unseen.up({ typecheck: 'off' })).result).toBe('succeeded');
  });

  test('that is not installed changes nothing, and is told how to install it', async () => {
    await using stack = await ProgramStack.create(project('', 'pyright'));
    const { result, errors } = await stack.up({ typecheck: 'error' });
    expect(result).toBe('failed');
    expect(errors.join('\n')).toMatch(/asks for the type checker pyright[\s\S]*-m pip install pyright/);
  });
});
