import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { processesWithEnv } from '../support/processes.ts';
import { ProgramStack, type Wire, wires } from './harness/program-stack.ts';

const shelf = path.resolve(import.meta.dirname, '../recordings/fixtures/choices/program/comp');

const books = `import * as pulumi from '@pulumi/pulumi';
class Book extends pulumi.CustomResource {
  declare readonly pages: pulumi.Output<number>;
  constructor(name: string, props: object, opts?: pulumi.CustomResourceOptions) {
    super('shelf:index:Book', name, { pages: undefined, ...props }, opts);
  }
}
const title = new pulumi.Config().get('title') ?? 'Foundation';
export const pages = new Book('book', { title }).pages;
export const found = pulumi.runtime.invoke('shelf:index:find', { text: title });
`;

const project = (location: string) =>
  `name: proj\nruntime: nodejs\nplugins:\n  providers:\n    - name: shelf\n      path: ${location}\n`;

test('a plugin of sources that the project names serves resources and functions', async () => {
  await using stack = await ProgramStack.create({ 'index.ts': books, 'Pulumi.yaml': project(shelf) });
  await stack.mustUp();
  expect(await (await stack.stack()).outputs()).toEqual({ pages: 100, found: { text: 'invoked Foundation' } });
  expect((await stack.mustUp()).report.summary.changes).toEqual({ same: 2 });
  await stack.config('title', 'Second');
  expect((await stack.mustUp()).steps).toContain('update book');
  await stack.config('title', '');
  expect((await stack.up()).errors.join('\n')).toContain('a book needs a title');
});

test('a package that no plugin serves is named, with the places that were searched and the line that helps', async () => {
  await using stack = await ProgramStack.create({ 'index.ts': books });
  const { result, errors } = await stack.preview();
  expect(result).toBe('failed');
  expect(errors.join('\n')).toContain("no provider plugin serves the package 'shelf'");
  expect(errors.join('\n')).toContain('pulumi-resource-shelf on $PATH');
  expect(errors.join('\n')).toContain(path.join(stack.env.RADIANT_HOME!, 'plugins'));
});

/** A plugin executable that does something else than to serve. */
async function withExecutable(wire: Wire, script: string): Promise<ProgramStack> {
  const stack = await ProgramStack.create(
    {
      'index.ts': books,
      'Pulumi.yaml': project('./plugin'),
      'plugin/pulumi-resource-shelf': `#!/bin/sh\n${script}\n`,
    },
    { wire },
  );
  await stack.makeExecutable('plugin/pulumi-resource-shelf');
  return stack;
}

describe.each(wires)('over the %s wire', (wire) => {
  test('a plugin that prints no port, or ends before it does, is named with what it said', async () => {
    await using garbage = await withExecutable(wire, 'echo "loading the library" >&2; echo "hello there"; sleep 30');
    const printed = (await garbage.preview()).errors.join('\n');
    expect(printed).toContain('printed "hello there" where its port was expected');
    await using dying = await withExecutable(wire, 'echo "no such library" >&2; exit 7');
    const died = (await dying.preview()).errors.join('\n');
    expect(died).toMatch(/plugin of package "shelf" ended with exit code 7 before it printed its port/);
    expect(died).toContain('no such library');
  });

  test('no plugin outlives the operation', async () => {
    await using stack = await ProgramStack.create({ 'index.ts': books, 'Pulumi.yaml': project(shelf) }, { wire });
    await stack.mustUp();
    const left = await processesWithEnv(stack.env.RADIANT_HOME!);
    expect(left.map(({ command }) => command)).toEqual([]);
  });
});
