import { createInterface } from 'node:readline';
import { PromptAborted, type Prompts } from './prompts.ts';
import { terminalPrompts } from './terminal-prompts.ts';

/** Questions as lines, answered by a line: nothing is drawn over, so that a screen reader can follow. */
export const plainPrompts: Prompts = {
  async choose(question, choices, preselected = choices[0]) {
    const rows = choices.map((choice, index) => `  ${index + 1}. ${choice}\n`);
    const ending = preselected === undefined ? '' : `, or Enter for ${preselected}`;
    process.stdout.write(`${question}\n${rows.join('')}`);
    for (;;) {
      const answer = await line(`Number or word${ending}: `);
      const chosen =
        answer === '' ? preselected : (choices[Number(answer) - 1] ?? choices.find((one) => one === answer));
      if (chosen !== undefined) return chosen;
    }
  },
  async text(question, { preset = '', problemOf } = {}) {
    for (;;) {
      const answer = (await line(preset === '' ? `${question} ` : `${question} (${preset}) `)) || preset;
      const problem = problemOf?.(answer);
      if (problem === undefined) return answer;
      process.stdout.write(`${problem}\n`);
    }
  },
  // What is typed must not be seen, and that takes a terminal in hand.
  secret: terminalPrompts.secret,
};

/** Throws PromptAborted when the terminal is closed instead. */
function line(question: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = createInterface({ input: process.stdin, output: process.stdout, terminal: false });
    reader.once('close', () => reject(new PromptAborted('cancelled')));
    reader.question(question, (answer) => {
      resolve(answer.trim());
      reader.close();
    });
  });
}
