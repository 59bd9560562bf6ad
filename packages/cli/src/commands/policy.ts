import type { CommandHandler } from './command.ts';

export const list: CommandHandler = async (context) => {
  context.out.write('No server keeps policy packs: give the folder of one by `radiant up --policy-pack <dir>`.\n');
  return 0;
};
