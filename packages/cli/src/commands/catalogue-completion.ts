import type { CommandSpec } from './command.ts';

const completion = () => import('./completion.ts');

/** `all`: every command there is, these included. */
export function completionCommands(all: () => readonly CommandSpec[]): readonly CommandSpec[] {
  return [
    {
      name: 'gen-completion',
      aliases: ['completion'],
      summary: 'Print what makes a shell complete commands, flags and names of stacks',
      arguments: [{ text: '<shell>', description: 'bash, zsh or fish' }],
      examples: [
        ['source <(radiant gen-completion bash)', 'in ~/.bashrc'],
        ['source <(radiant gen-completion zsh)', 'in ~/.zshrc, after compinit'],
        ['radiant gen-completion fish | source', 'in ~/.config/fish/config.fish'],
      ],
      load: async () => (await completion()).generateCompletion,
    },
    {
      name: '__complete',
      summary: 'Answer a shell that completes a word',
      arguments: [{ text: '[words...]', description: 'the words as far as the cursor' }],
      isHidden: true,
      load: async () => (await completion()).answerCompletionFrom(all()),
    },
  ];
}
