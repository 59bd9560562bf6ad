import { jsonFlag, showSecretsFlag, stackFlag } from '../args/common-flags.ts';
import { flag, ignored, refused } from '../args/flag.ts';
import { type CommandSpec, missing } from './command.ts';

const config = () => import('./config.ts');

const keyArgument = { text: '<key>', description: 'name, or namespace:name' };
const pathFlag = flag('path', 'the key is a path to a nested value: outer.list[0]');

export const configCommand: CommandSpec = {
  name: 'config',
  summary: 'Configuration of a stack',
  description: 'Without a subcommand: every key and value.',
  flags: [stackFlag, jsonFlag, showSecretsFlag, ...ignored('open[=]'), ...refused('config-file=')],
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
      flags: [stackFlag, jsonFlag, pathFlag, ...ignored('open[=]'), ...refused('config-file=')],
      load: async () => (await config()).get,
    },
    {
      name: 'set',
      summary: 'Set a value',
      arguments: [
        keyArgument,
        { text: '[value]', description: 'the value; else read from standard input, or asked for on a terminal' },
      ],
      flags: [
        stackFlag,
        pathFlag,
        flag('secret', 'encrypt it'),
        flag('plaintext', 'do not encrypt it'),
        ...refused('config-file=', 'type='),
      ],
      load: async () => (await config()).set,
    },
    {
      name: 'rm',
      aliases: ['remove'],
      summary: 'Remove a value',
      arguments: [keyArgument],
      flags: [stackFlag, pathFlag, ...refused('config-file=')],
      load: async () => (await config()).remove,
    },
    ...missing('set-all', 'rm-all', 'remove-all', 'cp', 'copy', 'refresh', 'env'),
  ],
};
