/** Why this cannot be the name of a project, in Pulumi's words; undefined when it can. */
export function projectNameProblem(name: string): string | undefined {
  if (name === '') return 'project names may not be empty';
  if (name.length > 100) return 'project names are limited to 100 characters';
  if (!/^[A-Za-z0-9_.-]+$/.test(name))
    return 'project names may only contain alphanumerics, hyphens, underscores, and periods';
  if (/^\.+$/.test(name)) return 'project names may not consist of periods alone';
  if (/^pulumi(\.|$)/i.test(name))
    return (
      'project name must not be `Pulumi` and must not start with the prefix `Pulumi.` to avoid collision with ' +
      'standard libraries'
    );
  return undefined;
}

export function projectDescriptionProblem(description: string): string | undefined {
  return description.length > 256 ? 'A project description must be 256 characters or less' : undefined;
}

/** The name of a project in this folder: what of the folder's name a project may be called. */
export function projectNameFor(folder: string): string {
  const name = folder
    .replaceAll(/[^A-Za-z0-9_.-]/g, '')
    .replace(/^pulumi(\.|$)/i, '')
    .slice(0, 100);
  return projectNameProblem(name) === undefined ? name : 'project';
}
