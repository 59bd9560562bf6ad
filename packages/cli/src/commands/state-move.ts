import type { CutReference, PlannedMove, ResourceMove } from '@radiant/toolkit';
import { CliError } from '../cli-error.ts';
import type { CommandHandler } from './command.ts';
import { hasConsent, missingArguments, requireConsent } from './state-change.ts';
import { openWorkspace } from './workspace.ts';

export const move: CommandHandler = async (context, given) => {
  const [source, destination] = [given.value('source'), given.value('dest')];
  if (given.args.length === 0) throw missingArguments('urn');
  if (source === undefined && destination === undefined)
    throw new CliError('at least one of --source or --dest must be provided');
  requireConsent(context, given);
  const workspace = await openWorkspace(context, given);
  const resources = await workspace.moveResources({
    ...(source !== undefined && { source }),
    ...(destination !== undefined && { destination }),
  });
  const request = { urns: given.args, withParents: given.flag('include-parents') };
  const planned = await resources.plan(request);
  context.out.write(`${planText(resources, planned).join('\n')}\n`);
  if (!hasConsent(context, given)) {
    const prompts = await context.prompts();
    if ((await prompts.choose('Do you want to perform this move?', ['yes', 'no'], 'no')) !== 'yes')
      throw new CliError('Confirmation denied, not proceeding with the state move');
  }
  await resources.perform(request, planned);
  context.out.write(`Successfully moved resources from ${resources.source} to ${resources.destination}\n`);
  return 0;
};

/** In the established CLI's words. */
function planText(
  { source, destination }: ResourceMove,
  { moved, missing, cutInSource, cutInDestination }: PlannedMove,
): readonly string[] {
  return [
    ...missing.map((urn) => `warning: Resource ${urn} not found in source stack`),
    `Planning to move the following resources from ${source} to ${destination}:`,
    '',
    ...moved.map((urn) => `  - ${urn}`),
    '',
    ...cutText(
      `The following resources remaining in ${source} have dependencies on resources moved to ${destination}:`,
      cutInSource,
    ),
    ...cutText(
      `The following resources being moved to ${destination} have dependencies on resources in ${source}:`,
      cutInDestination,
    ),
    ...(cutInSource.length + cutInDestination.length === 0
      ? []
      : [
          'If you go ahead with moving these dependencies, it will be necessary to create the appropriate inputs and outputs in the program for the stack the resources are moved to.',
          '',
        ]),
  ];
}

function cutText(heading: string, cut: readonly CutReference[]): readonly string[] {
  return cut.length === 0 ? [] : [heading, '', ...cut.map((reference) => `  - ${referenceText(reference)}`), ''];
}

function referenceText({ urn, kind, property, to }: CutReference): string {
  switch (kind) {
    case 'dependency':
      return `${urn} has a dependency on ${to}`;
    case 'property dependency':
      return `${urn} (${property}) has a property dependency on ${to}`;
    case 'deleted with':
      return `${urn} is marked as deleted with ${to}`;
    case 'replace with':
      return `${urn} is marked as replaced with ${to}`;
  }
}
