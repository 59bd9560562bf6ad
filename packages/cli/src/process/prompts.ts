/** Questions to a person at a terminal. Each throws PromptAborted when the person leaves with Ctrl-C. */
export interface Prompts {
  /** `preselected`: what Enter alone answers; the first choice when left out. */
  choose(question: string, choices: readonly string[], preselected?: string): Promise<string>;
  text(question: string, options?: TextQuestion): Promise<string>;
  /** Without echo. */
  secret(question: string): Promise<string>;
}

export interface TextQuestion {
  /** What Enter alone answers. */
  readonly preset?: string | undefined;
  /** What is wrong with an answer; the question is asked again. */
  readonly problemOf?: (answer: string) => string | undefined;
}

export class PromptAborted extends Error {
  override readonly name = 'PromptAborted';
}
