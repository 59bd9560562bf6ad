import { jsonFlag } from '../args/common-flags.ts';
import { flag, ignored, refused, valueFlag } from '../args/flag.ts';
import type { CommandSpec } from './command.ts';

const account = () => import('./account.ts');

export const accountCommands: readonly CommandSpec[] = [
  {
    name: 'login',
    summary: 'Choose where state is kept',
    description: 'Without a URL: the default store in the home folder. No login is needed to begin.',
    arguments: [{ text: '[url]', description: 'file:///some/folder' }],
    flags: [
      flag('local, l', 'keep it in ~/.pulumi, where the established CLI keeps it'),
      valueFlag('cloud-url, c', 'url', 'the same as the argument'),
      ...ignored('interactive', 'default-org='),
      ...refused(
        'it is about Pulumi Cloud, and Radiant has no service',
        'insecure',
        'oidc-token=',
        'oidc-org=',
        'oidc-team=',
        'oidc-user=',
        'oidc-expiration=',
      ),
    ],
    examples: [
      ['radiant login file:///srv/state', 'a folder that a team shares'],
      ['radiant login s3://states/team?region=eu-central-1', 'a bucket'],
      [
        'radiant login postgres://radiant@db.example.com/states',
        'a database; its password is in PGPASSWORD or ~/.pgpass',
      ],
    ],
    load: async () => (await account()).login,
  },
  {
    name: 'logout',
    summary: 'Forget where state is kept',
    arguments: [{ text: '[url]', description: 'only this one' }],
    flags: [
      flag('all, a', 'forget all'),
      flag('local, l', 'forget ~/.pulumi'),
      valueFlag('cloud-url, c', 'url', 'the same as the argument'),
    ],
    load: async () => (await account()).logout,
  },
  {
    name: 'whoami',
    summary: 'Print who you are to the store',
    flags: [jsonFlag, flag('verbose, v', 'print the URL and organizations, too')],
    load: async () => (await account()).whoami,
  },
];
