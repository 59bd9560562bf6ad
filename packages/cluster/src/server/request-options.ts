import { invalid } from '../api-error.ts';
import type { DeleteOptions } from '../cluster-client.ts';
import { badRequest, type WriteOptions } from '../registry/context.ts';
import type { FieldValidation } from '../registry/read-body.ts';
import type { KubeRequest } from './http-messages.ts';

export interface WriteQuery extends WriteOptions {
  readonly warnings: string[];
  readonly validation: FieldValidation;
  readonly force: boolean;
  /** As the client named it; empty when it did not. */
  readonly fieldManager: string;
}

/** The query parameters of a write. Throws ApiError 400 or 422 for values that do not exist. */
export function readWriteQuery(request: KubeRequest, query: URLSearchParams): WriteQuery {
  const fieldManager = query.get('fieldManager') ?? '';
  if (fieldManager.length > 128 || /[^\x20-\x7e]/.test(fieldManager)) {
    throw invalid({ group: 'meta.k8s.io', kind: 'CreateOptions' }, '', [
      {
        field: 'fieldManager',
        reason: 'FieldValueInvalid',
        detail: `Invalid value: ${JSON.stringify(fieldManager)}: must be at most 128 printable characters`,
      },
    ]);
  }
  return {
    dryRun: readDryRun(query.getAll('dryRun')),
    validation: readValidation(query.get('fieldValidation')),
    force: query.get('force') === 'true' || query.get('force') === '1',
    fieldManager,
    manager: fieldManager === '' ? managerOfAgent(request.headers['user-agent']) : fieldManager,
    warnings: [],
  };
}

function readDryRun(values: readonly string[]): boolean {
  const given = values.filter((value) => value !== '');
  if (given.every((value) => value === 'All')) return given.length > 0;
  throw badRequest(
    `dryRun: Unsupported value: ${JSON.stringify(given.find((value) => value !== 'All'))}: supported values: "All"`,
  );
}

function readValidation(value: string | null): FieldValidation {
  switch (value) {
    case null:
    case '':
      return 'Warn';
    case 'Ignore':
    case 'Warn':
    case 'Strict':
      return value;
    default:
      throw badRequest(
        `fieldValidation: Unsupported value: ${JSON.stringify(value)}: supported values: "Ignore", "Strict", "Warn"`,
      );
  }
}

/** A client that does not name itself is known by its program: `kubectl/v1.36 (linux)` is `kubectl`. */
function managerOfAgent(agent: string | undefined): string {
  const name = (agent ?? '')
    .split('/')[0]!
    .replaceAll(/[^\x20-\x7e]/g, '')
    .slice(0, 128);
  return name === '' ? 'unknown' : name;
}

/** From the body, else from the query. */
export function readDeleteOptions(body: unknown, query: URLSearchParams): DeleteOptions & { dryRun: boolean } {
  const fields = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
  const { gracePeriodSeconds, preconditions, propagationPolicy, orphanDependents, dryRun } = fields;
  const grace =
    gracePeriodSeconds ?? (query.has('gracePeriodSeconds') ? Number(query.get('gracePeriodSeconds')) : undefined);
  if (grace !== undefined && grace !== null && (!Number.isInteger(grace) || (grace as number) < 0)) {
    throw badRequest('gracePeriodSeconds: Invalid value: must be a non-negative integer');
  }
  const policy = propagationPolicy ?? query.get('propagationPolicy') ?? undefined;
  const orphan =
    orphanDependents ?? (query.has('orphanDependents') ? query.get('orphanDependents') === 'true' : undefined);
  if (policy !== undefined && !['Foreground', 'Background', 'Orphan'].includes(policy as string)) {
    throw badRequest(
      `DeleteOptions.meta.k8s.io "" is invalid: propagationPolicy: Unsupported value: ${JSON.stringify(policy)}: supported values: "Foreground", "Background", "Orphan", "nil"`,
    );
  }
  const propagation = policy ?? (typeof orphan === 'boolean' ? (orphan ? 'Orphan' : 'Background') : undefined);
  const conditions = preconditions as DeleteOptions['preconditions'] | undefined | null;
  return {
    ...(typeof grace === 'number' && { gracePeriodSeconds: grace }),
    ...(conditions && { preconditions: conditions }),
    ...(propagation !== undefined && { propagation: propagation as NonNullable<DeleteOptions['propagation']> }),
    dryRun: readDryRun([...(Array.isArray(dryRun) ? dryRun.map(String) : []), ...query.getAll('dryRun')]),
  };
}
