import { jsonFlag, showSecretsFlag, stackFlag } from '../args/common-flags.ts';
import { flag, ignored, valueFlag } from '../args/flag.ts';
import type { CommandSpec } from './command.ts';

const config = () => import('./config.ts');
const many = () => import('./config-many.ts');

const keyArgument = { text: '<key>', description: 'name, or namespace:name' };
const pathFlag = flag('path', 'the key is a path to a nested value: outer.list[0]');
const fileFlag = valueFlag('config-file', 'path', 'use this file instead of Pulumi.<stack>.yaml');
const shared = [stackFlag, fileFlag];

export const configCommand: CommandSpec = {
  name: 'config',
  summary: 'Configuration of a stack',
  description: 'Without a subcommand: every key and value.',
  flags: [...shared, jsonFlag, showSecretsFlag, ...ignored('open[=]')],
  examples: [
    ['radiant config set replicas 3', 'set a value'],
    ['radiant config set --secret token', 'set a secret, asked for without echo or read from standard input'],
    ['radiant config get replicas', 'print one value'],
  ],
  load: async () => (await config()).list,
  subcommands: [
    {
      name: 'get',
      summary: 'Print one value',
      arguments: [keyArgument],
      flags: [...shared, jsonFlag, pathFlag, ...ignored('open[=]')],
      load: async () => (await config()).get,
    },
    {
      name: 'set',
      summary: 'Set a value',
      description:
        'With --path, whole numbers, true and false inside a structure are kept as such; --type says otherwise.',
      arguments: [
        keyArgument,
        { text: '[value]', description: 'the value; else read from standard input, or asked for on a terminal' },
      ],
      flags: [
        ...shared,
        pathFlag,
        flag('secret', 'encrypt it'),
        flag('plaintext', 'do not encrypt it'),
        valueFlag('type', 'type', 'keep it as this', { choices: ['string', 'bool', 'int', 'float'] }),
      ],
      examples: [
        ['radiant config set --secret token < token.txt', 'a secret from a file'],
        ['radiant config set --path "names[0]" first', 'a value in a list'],
        ['radiant config set --path limits.cpu 2 --type string', 'text though it looks like a number'],
      ],
      load: async () => (await config()).set,
    },
    {
      name: 'set-all',
      summary: 'Set several values: all of them, or none',
      flags: [
        ...shared,
        flag('path', 'the keys are paths to nested values: outer.list[0]'),
        valueFlag('plaintext', 'key=value', 'a value not to encrypt', { isRepeatable: true }),
        valueFlag('secret', 'key=value', 'a value to encrypt', { isRepeatable: true }),
        valueFlag('json', 'json', 'values as `config --json` prints them'),
      ],
      examples: [
        ['radiant config set-all --plaintext replicas=3 --secret token=s3cr3t', 'two values at once'],
        [
          'radiant config set-all --json "$(radiant config --json --show-secrets)" --stack qa',
          'those of another stack',
        ],
      ],
      load: async () => (await many()).setAll,
    },
    {
      name: 'rm',
      aliases: ['remove'],
      summary: 'Remove a value',
      arguments: [keyArgument],
      flags: [...shared, pathFlag],
      load: async () => (await config()).remove,
    },
    {
      name: 'rm-all',
      aliases: ['remove-all'],
      summary: 'Remove several values',
      arguments: [{ text: '<keys...>', description: 'names, or namespace:name' }],
      flags: [...shared, flag('path', 'the keys are paths to nested values: outer.list[0]')],
      load: async () => (await many()).removeAll,
    },
    {
      name: 'cp',
      aliases: ['copy'],
      summary: 'Copy values to another stack, secrets encrypted anew',
      arguments: [{ text: '[key]', description: 'one value; everything by default' }],
      flags: [stackFlag, pathFlag, valueFlag('dest, d', 'stack', 'the stack to copy to')],
      examples: [['radiant config cp --stack dev --dest qa', 'everything of dev to qa']],
      load: async () => (await many()).copy,
    },
    {
      name: 'refresh',
      summary: 'Make the configuration what the last deployment had',
      description: 'An existing file is kept beside the new one, with .bak after its name.',
      flags: [...shared, flag('force, f', 'replace an existing file without keeping it')],
      load: async () => (await many()).refresh,
    },
    {
      name: 'env',
      summary: '',
      isHidden: true,
      refusal:
        'environments are a service of Pulumi Cloud, and Radiant keeps configuration in files: set the values themselves with `radiant config set`',
    },
  ],
};
