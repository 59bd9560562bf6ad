import type { CliContext } from '../context.ts';
import type { Observed } from './observe.ts';

const questions = {
  up: 'Do you want to perform this update?',
  refresh:
    'Do you want to perform this refresh?\nNo resources will be modified as part of this refresh; just your stack’s state will be.',
  destroy: 'Do you want to perform this destroy?',
  import: 'Do you want to perform this import?',
} as const;

/** Asks until the answer is yes or no; `details` shows the preview property by property. Enter alone changes nothing. */
export async function confirm(
  context: CliContext,
  kind: keyof typeof questions,
  previewed: Observed,
): Promise<boolean> {
  const prompts = await context.prompts();
  for (;;) {
    const answer = await prompts.choose(questions[kind], ['yes', 'no', 'details'], 'no');
    if (answer !== 'details') return answer === 'yes';
    context.out.write(`${previewed.details().join('\n')}\n\n`);
  }
}

/** For what cannot be undone: the name of the thing must be typed. */
export async function confirmByName(context: CliContext, warning: string, name: string): Promise<boolean> {
  context.out.write(`${warning}\n`);
  const prompts = await context.prompts();
  return (await prompts.text(`Type ${name} to go on:`)).trim() === name;
}
