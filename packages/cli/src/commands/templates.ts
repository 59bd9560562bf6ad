import { exitCodes } from '@radiant/model';
import type { Template, TemplateKind, TemplateStore } from '@radiant/toolkit';
import type { Given } from '../args/given.ts';
import { CliError } from '../cli-error.ts';
import type { CliContext } from '../context.ts';
import { padEnd, singleLine, textWidth } from '../render/text-width.ts';
import { hasConsent } from './state-change.ts';
import { mayAsk } from './workspace.ts';

const commands: { readonly [kind in TemplateKind]: string } = {
  project: 'radiant new',
  'policy-pack': 'radiant policy new',
};

/** Finds what the command line names, has one chosen among several, and lets go of it when `use` is done. */
export async function withTemplate<T>(
  context: CliContext,
  given: Given,
  store: TemplateStore,
  kind: TemplateKind,
  use: (template: Template) => Promise<T>,
): Promise<T> {
  const found = await store.find(kind, given.args[0], { from: context.cwd, isOffline: given.flag('offline') });
  try {
    return await use(await choose(context, given, kind, found.templates));
  } finally {
    await found.release();
  }
}

export async function listTemplates(
  context: CliContext,
  given: Given,
  store: TemplateStore,
  kind: TemplateKind,
): Promise<number> {
  const found = await store.find(kind, given.args[0], { from: context.cwd, isOffline: given.flag('offline') });
  await found.release();
  const lines = templateLines(found.templates).map((line) => `  ${line}\n`);
  context.out.write(`Available Templates:\n${lines.join('')}`);
  return 0;
}

async function choose(
  context: CliContext,
  given: Given,
  kind: TemplateKind,
  templates: readonly Template[],
): Promise<Template> {
  const [first] = templates;
  if (templates.length === 1) return first!;
  if (hasConsent(context, given) || !mayAsk(context, given)) {
    const names = templates.map(({ name }) => singleLine(name)).join(', ');
    throw new CliError(
      `a template must be provided when running in non-interactive mode: ${commands[kind]} <template>, one of ${names}`,
      exitCodes.configuration,
    );
  }
  const lines = templateLines(templates);
  const prompts = await context.prompts();
  const chosen = await prompts.choose('Please choose a template:', lines);
  return templates[lines.indexOf(chosen)]!;
}

function templateLines(templates: readonly Template[]): readonly string[] {
  const names = templates.map(({ name }) => singleLine(name));
  const width = Math.max(...names.map(textWidth));
  return templates.map(({ description, problem }, index) => {
    const what = problem === undefined ? singleLine(description) : '(This template is currently broken)';
    return `${padEnd(names[index]!, width)}    ${what}`.trimEnd();
  });
}

/** `key=value` pairs, with commas between them or each for itself. */
export function runtimeOptionsOf(given: Given): { readonly [option: string]: string } {
  const pairs = given.values('runtime-options').flatMap((text) => text.split(','));
  return Object.fromEntries(
    pairs.map((pair) => {
      const [key, value, ...more] = pair.trim().split('=');
      if (!key || value === undefined || more.length > 0) throw new CliError(`invalid runtime option: ${pair}`);
      return [key, value];
    }),
  );
}
