// Writes docs/commands.md from the table of commands.
import { writeFileSync } from 'node:fs';
import { catalogue } from '../packages/cli/src/commands/catalogue.ts';
import { commandReference } from '../packages/cli/src/reference/command-reference.ts';

writeFileSync(new URL('../docs/commands.md', import.meta.url), commandReference(catalogue));
