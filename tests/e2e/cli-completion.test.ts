import { spawnSync } from 'node:child_process';
import { mkdir, symlink } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLab, type Lab, launcher, run } from '../support/radiant.ts';

// The scripts in the shells that they are for. Those that are not on the machine are left out.

let lab: Lab;
let project: string;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  lab = await createLab();
  project = await lab.program('tabs', { 'Pulumi.yaml': 'name: tabs\nruntime: nodejs\n', 'state.json': '{}' });
  await lab.must(project, 'stack', 'init', 'dev');
  await lab.must(project, 'stack', 'init', 'device');
  const bin = path.join(lab.dir, 'bin');
  await mkdir(bin);
  await symlink(launcher, path.join(bin, 'radiant'));
  env = { ...lab.env, PATH: `${bin}:${process.env.PATH}` };
});

afterAll(() => lab.dispose());

/** Words as each shell breaks the line, the last as far as the cursor. */
const lines = [
  { line: 'radiant stack in', words: ['radiant', 'stack', 'in'], offers: ['init'] },
  { line: 'radiant up --skip-prev', words: ['radiant', 'up', '--skip-prev'], offers: ['--skip-preview'] },
  { line: 'radiant up --color ra', words: ['radiant', 'up', '--color', 'ra'], offers: ['raw'] },
  { line: 'radiant stack select dev', words: ['radiant', 'stack', 'select', 'dev'], offers: ['dev', 'device'] },
  {
    line: 'radiant stack import --file sta',
    words: ['radiant', 'stack', 'import', '--file', 'sta'],
    offers: ['state.json'],
  },
];

const shells = {
  bash: (words: readonly string[]) => [
    ...['--norc', '--noprofile', '-c'],
    'source <(radiant gen-completion bash); COMP_WORDS=("$@"); COMP_CWORD=$(( $# - 1 )); _radiant; printf "%s\\n" "${COMPREPLY[@]}"',
    ...['bash', ...words],
  ],
  // What offers the candidates works in an editor of lines only, and is replaced here by what prints them.
  zsh: (words: readonly string[]) => [
    ...['-f', '-c'],
    'compdef() { : }; compset() { : }; _describe() { print -rl -- "${(@)described%%:*}" }; _files() { print -rl -- ${words[CURRENT]}*(N) }; ' +
      'source <(radiant gen-completion zsh); words=("$@"); CURRENT=$#; _radiant',
    ...['zsh', ...words],
  ],
  fish: (words: readonly string[]) => [
    ...['--no-config', '-c'],
    `radiant gen-completion fish | source; complete -C '${words.join(' ')}' | string replace -r '\\t.*' ''`,
  ],
};

for (const [shell, command] of Object.entries(shells)) {
  const isHere = spawnSync(shell, ['--version']).error === undefined;
  describe.runIf(isHere)(`completion in ${shell}`, () => {
    test.each(lines)('completes "$line"', async ({ words, offers }) => {
      const { stdout, stderr } = await run(shell, command(words), project, env);
      expect(stderr).toBe('');
      const texts = stdout.split('\n').filter(Boolean);
      expect(texts.map((text) => path.basename(text)).sort()).toEqual(offers);
    });
  });
}

test('bash replaces only what stands behind =, at which it breaks words', async () => {
  const words = ['radiant', 'up', '--color', '=', 'al'];
  expect((await run('bash', shells.bash(words), project, env)).stdout).toBe('always\n');
  const stack = ['radiant', 'up', '--stack', '=', 'devi'];
  expect((await run('bash', shells.bash(stack), project, env)).stdout).toBe('device\n');
});
