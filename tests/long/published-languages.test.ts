import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { skippedWithout } from '../support/on-path.ts';
import { createLab, type Lab } from '../support/radiant.ts';

/** Language plugins that Pulumi publishes: docs/other-languages.md says how they are built. */
const { isSkipped, why } = skippedWithout(['pulumi-language-yaml', 'pulumi-resource-random']);

const project = `name: pets
runtime: yaml
config:
  words: { type: integer, default: 3 }
resources:
  pet:
    type: random:RandomPet
    properties: { length: "\${words}" }
  password:
    type: random:RandomPassword
    properties: { length: 12, keepers: { of: "\${pet.id}" } }
outputs:
  name: \${pet.id}
  secret: \${password.result}
`;

let lab: Lab;

beforeAll(async () => {
  lab = await createLab({ PULUMI_CONFIG_PASSPHRASE: 'words' });
});
afterAll(() => lab.dispose());

test.skipIf(isSkipped)(`a YAML program lives from its preview to its destruction${why}`, async () => {
  const dir = await lab.program('pets', { 'Pulumi.yaml': project });
  await lab.must(dir, 'stack', 'select', 'dev', '--create');
  expect((await lab.must(dir, 'preview')).stdout).toContain('+ 3 to create');
  await lab.must(dir, 'up', '--yes');
  const before = JSON.parse((await lab.must(dir, 'stack', 'output', '--json')).stdout);
  expect(before).toMatchObject({ name: expect.stringMatching(/^\w+-\w+-\w+$/), secret: '[secret]' });
  await lab.must(dir, 'up', '--yes', '--expect-no-changes');
  await lab.must(dir, 'config', 'set', 'words', '2');
  expect((await lab.must(dir, 'up', '--yes')).stdout).toContain('+- 2 replaced');
  const file = path.join(dir, 'Pulumi.yaml');
  await writeFile(file, (await readFile(file, 'utf8')).replace('name: ${pet.id}', 'name: ${pat.id}'));
  const wrong = await lab.radiant(dir, 'preview');
  expect([wrong.code, wrong.stdout]).toEqual([
    1,
    expect.stringMatching(/resource or variable named "pat" could not be found/),
  ]);
  expect(wrong.stdout).toContain('Pulumi.yaml line 13');
  await lab.must(dir, 'destroy', '--yes');
});
