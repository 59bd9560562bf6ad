import { OperationError, type Snapshot } from '@radiant/model';
import { decodeDeployment, type ExportJson, type JsonObject } from '@radiant/state';

/** What an editor may change; the manifest is written anew whatever it says. */
const editable = ['resources', 'pending_operations', 'manifest'];

/**
 * Reads what a person made of an exported state in an editor. Throws `STATE_EDIT_INVALID`, and what reading a deployment
 * throws.
 */
export async function readEditedState(text: string, exported: ExportJson, stack: string): Promise<Snapshot> {
  const json = parse(text);
  const { snapshot } = await decodeDeployment(json, { source: 'the edited state', stack });
  const [before, after] = [exported.deployment, (json as Partial<ExportJson>).deployment ?? {}] as [
    JsonObject,
    JsonObject,
  ];
  const fields = new Set([...Object.keys(before), ...Object.keys(after)]);
  const changed = [...fields].filter(
    (field) => !editable.includes(field) && JSON.stringify(before[field]) !== JSON.stringify(after[field]),
  );
  if (changed.length > 0)
    throw invalid(
      `${changed.map((field) => `\`deployment.${field}\``).join(', ')} cannot be changed by an edit, only resources and pending operations`,
      'Change it in an export, and import that:\n    radiant stack export --file stack.json\n    radiant stack import --file stack.json',
    );
  return snapshot;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw invalid(`it is not JSON: ${(error as Error).message}`);
  }
}

function invalid(reason: string, remedy?: string): OperationError {
  return new OperationError({
    code: 'STATE_EDIT_INVALID',
    summary: `provided state is not valid: ${reason}`,
    ...(remedy !== undefined && { remedy }),
  });
}
