import { exitCodes, OperationError } from '@radiant/model';

/** Names a stack. The organization is always `organization`, as in Pulumi's file backend. */
export interface StackRef {
  readonly project: string;
  readonly stack: string;
}

export const organization = 'organization';

const nameLengthMax = 100;

/** `organization/PROJECT/STACK`. */
export function formatStackRef(ref: StackRef): string {
  return `${organization}/${ref.project}/${ref.stack}`;
}

/**
 * Reads `STACK`, `organization/STACK` or `organization/PROJECT/STACK`. Throws `STACK_NAME_INVALID`.
 */
export function parseStackRef(text: string, currentProject: string | undefined): StackRef {
  const parts = text.split('/');
  if (parts.length > 3)
    throw invalidName(`"${text}" is no stack name: it should read [${organization}/[PROJECT/]]STACK`);
  if (parts.length > 1 && parts[0] !== '' && parts[0] !== organization)
    throw invalidName(`organization name must be '${organization}'`);
  const project = parts.length === 3 ? parts[1]! : currentProject;
  if (project === undefined)
    throw invalidName(
      `"${text}" does not say of which project`,
      `Write it as ${organization}/PROJECT/${parts.at(-1)}.`,
    );
  const ref = { project, stack: parts.at(-1)! };
  checkStackRef(ref);
  return ref;
}

/** Throws `STACK_NAME_INVALID` for a name that could not be a file name everywhere, or would leave its folder. */
export function checkStackRef(ref: StackRef): void {
  if (!isFileName(ref.stack))
    throw invalidName(
      `"${ref.stack}" is no stack name: stack names are limited to ${nameLengthMax} characters and may only contain ` +
        'alphanumeric, hyphens, underscores, or periods',
    );
  if (!isFileName(ref.project))
    throw invalidName(
      `"${ref.project}" is no project name: project names are limited to ${nameLengthMax} characters and may only ` +
        'contain alphanumeric, hyphens, underscores, or periods',
      'Correct `name` in Pulumi.yaml.',
    );
}

function isFileName(name: string): boolean {
  return /^[A-Za-z0-9_.-]{1,100}$/.test(name) && !/^\.+$/.test(name);
}

function invalidName(summary: string, remedy?: string): OperationError {
  return new OperationError({
    code: 'STACK_NAME_INVALID',
    summary,
    exitCode: exitCodes.configuration,
    ...(remedy === undefined ? {} : { remedy }),
  });
}
