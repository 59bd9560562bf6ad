import { input, password, select } from '@inquirer/prompts';
import { PromptAborted, type Prompts } from './prompts.ts';

export const terminalPrompts: Prompts = {
  choose: (question, choices, preselected) =>
    answer(
      select({
        message: question,
        choices: choices.map((choice) => ({ value: choice, name: choice })),
        ...(preselected !== undefined && { default: preselected }),
      }),
    ),
  text: (question, { preset, problemOf } = {}) =>
    answer(
      input({
        message: question,
        ...(preset !== undefined && { default: preset }),
        validate: (text) => problemOf?.(text) ?? true,
      }),
    ),
  secret: (question) => answer(password({ message: question, mask: false })),
};

async function answer(question: Promise<string>): Promise<string> {
  try {
    return await question;
  } catch (error) {
    if (error instanceof Error && error.name === 'ExitPromptError') throw new PromptAborted('cancelled');
    throw error;
  }
}
