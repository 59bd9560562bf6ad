import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { ProgramStack, wires } from './harness/program-stack.ts';

const program = `import * as pulumi from '@pulumi/pulumi';
const token = new pulumi.Config().requireSecret('token');
const provider: pulumi.dynamic.ResourceProvider = {
  async create(inputs) {
    if (inputs.fails) throw new Error('no door opens to ' + inputs.token);
    return { id: 'thing', outs: { ...inputs } };
  },
};
class Thing extends pulumi.dynamic.Resource {
  constructor(name: string, props: object) {
    super(provider, name, props);
  }
}
token.apply((text) => console.log('the program prints ' + text));
token.apply((text) => pulumi.log.warn('the program warns of ' + text));
new Thing('keeps', { token, map: { open: 'open', list: [token] } });
new Thing('fails', { token, fails: true });
export const out = token;
`;

const canary = 'canary-in-the-coal-mine';

/** The text of every file below a folder; links are not followed. */
async function textsBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const files = entries.filter((entry) => entry.isFile());
  return Promise.all(files.map((file) => readFile(path.join(file.parentPath, file.name), 'latin1')));
}

describe.each(wires)('over the %s wire', (wire) => {
  test('no secret of a real program is in any file or word afterwards', async () => {
    await using stack = await ProgramStack.create({ 'index.ts': program }, { wire });
    await stack.config('proj:token', canary, { secret: true });
    const preview = await stack.preview({ makesPlan: true });
    await (await stack.stack()).writePlan(path.join(stack.dir, 'plan.json'), preview.report.plan!);
    const run = await stack.up();
    expect(run.result).toBe('failed');
    const said = [...preview.diagnostics, ...run.diagnostics].map(({ message }) => message);
    expect(said.join('\n')).toContain('no door opens to [secret]');
    expect(said.join('\n')).toContain('the program prints [secret]');
    expect(said.filter((message) => message.includes(canary))).toEqual([]);
    const texts = await textsBelow(path.dirname(stack.dir));
    expect(texts.length).toBeGreaterThan(5);
    expect(texts.filter((text) => text.includes(canary))).toEqual([]);
    const kept = await stack.resource('keeps');
    expect(kept.outputs).toMatchObject({ map: { open: 'open' } });
  });
});
