import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { flag, refused } from '../args/flag.ts';
import { catalogue } from '../commands/catalogue.ts';
import { refusedCommands } from '../commands/command.ts';
import { commandReference } from './command-reference.ts';

describe('docs/commands.md', () => {
  it('is what the table says (npm run docs writes it)', () => {
    const written = readFileSync(new URL('../../../../docs/commands.md', import.meta.url), 'utf8');
    expect(written).toBe(commandReference(catalogue));
  });

  it('tells what works, and what is refused and why', () => {
    const text = commandReference([
      {
        name: 'sow',
        summary: 'Sow <seeds>',
        flags: [flag('deep, d', 'a hand deep | deeper'), ...refused('it is not the season', 'now')],
        load: async () => async () => 0,
      },
      ...refusedCommands('there is no weather', 'rain'),
    ]);
    for (const line of [
      '| `-d`, `--deep` | a hand deep \\| deeper |',
      'Refused: `--now`, because it is not the season.',
      '| `radiant rain` | there is no weather |',
    ])
      expect(text.split('\n')).toContain(line);
  });
});
