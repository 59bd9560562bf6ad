import { isProviderType, parseProviderReference } from './provider-reference.ts';
import type { ResourceState } from './resource-state.ts';
import type { Snapshot } from './snapshot.ts';
import { isOfType, parseUrn, type Urn } from './urn.ts';

/** A rule of snapshots that a record breaks. */
export interface IntegrityViolation {
  readonly urn: string;
  /** Position in `snapshot.resources`. */
  readonly index: number;
  readonly rule:
    | 'urn-malformed'
    | 'type-differs-from-urn'
    | 'component-has-id'
    | 'managed-without-id'
    | 'duplicate-urn'
    | 'provider-malformed'
    | 'provider-missing'
    | 'parent-missing'
    | 'dependency-missing';
  readonly message: string;
}

/**
 * Every rule a snapshot must keep (Pulumi: VerifyIntegrity). The one place they are written down: run at every load and
 * every compaction.
 */
export function verifySnapshot(snapshot: Snapshot): IntegrityViolation[] {
  const violations: IntegrityViolation[] = [];
  const seen = new Set<Urn>();
  const live = new Set<Urn>();
  const providers = new Set<string>();
  snapshot.resources.forEach((state, index) => {
    const report = (rule: IntegrityViolation['rule'], message: string) =>
      violations.push({ urn: state.urn, index, rule, message });
    verifyIdentity(state, report);
    verifyReferences(state, seen, providers, report);
    if (state.disposition !== 'superseded') {
      if (live.has(state.urn))
        report('duplicate-urn', `${state.urn} is recorded twice, and neither record is waiting for deletion`);
      live.add(state.urn);
    }
    seen.add(state.urn);
    if (isProviderType(state.type)) providers.add(`${state.urn}::${state.id}`);
  });
  return violations;
}

type Report = (rule: IntegrityViolation['rule'], message: string) => void;

function verifyIdentity(state: ResourceState, report: Report): void {
  if (parseUrn(state.urn) === undefined) {
    report('urn-malformed', `"${state.urn}" is not a URN`);
    return;
  }
  if (!isOfType(state.urn, state.type))
    report('type-differs-from-urn', `${state.urn} is recorded with type "${state.type}"`);
  if (state.ownership === 'component' && state.id !== '')
    report('component-has-id', `${state.urn} is a component and has the id "${state.id}"`);
  const needsId = state.ownership === 'managed' && state.viewOf === undefined;
  if (needsId && state.id === '' && state.disposition === 'live')
    report('managed-without-id', `${state.urn} has no id`);
}

function verifyReferences(
  state: ResourceState,
  seen: ReadonlySet<Urn>,
  providers: ReadonlySet<string>,
  report: Report,
): void {
  if (state.provider !== '' && state.disposition !== 'awaiting-recreate') {
    if (parseProviderReference(state.provider) === undefined)
      report('provider-malformed', `${state.urn} names the provider "${state.provider}", which is no reference`);
    else if (!providers.has(state.provider))
      report('provider-missing', `${state.urn} names the provider ${state.provider}, which is not recorded before it`);
  }
  if (state.parent !== undefined && !seen.has(state.parent))
    report('parent-missing', `${state.urn} names the parent ${state.parent}, which is not recorded before it`);
  const dependencies = new Set<Urn>([
    ...state.dependencies,
    ...Object.values(state.propertyDependencies).flat(),
    ...state.replaceWith,
  ]);
  if (state.deletedWith !== undefined) dependencies.add(state.deletedWith);
  for (const urn of dependencies) {
    if (!seen.has(urn)) report('dependency-missing', `${state.urn} depends on ${urn}, which is not recorded before it`);
  }
}
