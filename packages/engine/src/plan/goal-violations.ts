import {
  type Alias,
  type CustomTimeouts,
  type Goal,
  type GoalPlan,
  parseProviderReference,
  unknownId,
} from '@radiant/model';

/**
 * Where a declaration is not the planned one, its inputs set apart (Pulumi: ResourcePlan.checkGoal, in its words and its
 * order). `provider` is what serves it: a reference, or empty for a component.
 */
export function goalViolations(planned: GoalPlan, goal: Goal, provider: string): readonly string[] {
  const plannedKind = planned.isCustom ? 'custom' : 'component';
  if (planned.isCustom !== (goal.kind === 'custom')) return [`resource kind changed (expected ${plannedKind})`];
  return [
    ...(isProvider(planned.provider ?? '', provider) ? [] : [`provider changed (expected ${planned.provider ?? ''})`]),
    ...changed('parent', planned.parent ?? '', goal.parent ?? ''),
    ...changed('protect', planned.isProtected, goal.protect ?? false),
    ...changed(
      'deleteBeforeReplace',
      planned.deleteBeforeReplace ?? 'no value',
      goal.deleteBeforeReplace ?? 'no value',
    ),
    ...changed('importID', planned.importId ?? '', goal.importId ?? ''),
    ...timeouts.flatMap((phase) =>
      changed(`${phase} timeout`, planned.customTimeouts[phase] ?? 0, goal.customTimeouts[phase] ?? 0),
    ),
    ...listed('ignoreChanges changed', planned.ignoreChanges, goal.ignoreChanges),
    ...listed('additionalSecretOutputs changed', planned.additionalSecretOutputs, goal.additionalSecretOutputs),
    ...listed('aliases changed', planned.aliases.map(aliasText), goal.aliases.map(aliasText)),
    ...listed('dependencies changed', planned.dependencies, goal.dependencies),
    ...propertyDependencyViolations(planned, goal),
  ];
}

const timeouts = ['create', 'update', 'delete'] as const satisfies readonly (keyof CustomTimeouts)[];

function changed(what: string, expected: string | number | boolean, actual: string | number | boolean): string[] {
  return expected === actual ? [] : [`${what} changed (expected ${expected})`];
}

/** Both as sets: `added a, b; deleted c`. */
function listed(what: string, expected: readonly string[], actual: readonly string[]): string[] {
  const added = [...new Set(actual)].filter((item) => !expected.includes(item)).sort();
  const deleted = [...new Set(expected)].filter((item) => !actual.includes(item)).sort();
  const parts = [
    ...(added.length === 0 ? [] : [`added ${added.join(', ')}`]),
    ...(deleted.length === 0 ? [] : [`deleted ${deleted.join(', ')}`]),
  ];
  return parts.length === 0 ? [] : [`${what}: ${parts.join('; ')}`];
}

function aliasText(alias: Alias): string {
  if (alias.kind === 'urn') return alias.urn;
  const { name, type, stack, project, parent } = alias;
  const parts = { name, type, stack, project, parent: parent?.kind === 'urn' ? parent.urn : parent?.kind };
  return `{${Object.entries(parts)
    .flatMap(([field, value]) => (value === undefined ? [] : `${field}: ${value}`))
    .join(', ')}}`;
}

/** A provider that was only planned had no id yet. */
function isProvider(expected: string, actual: string): boolean {
  if (expected === actual) return true;
  const reference = parseProviderReference(expected);
  return reference?.id === unknownId && parseProviderReference(actual)?.urn === reference.urn;
}

/** A property that was unknown may turn out to be missing, and its dependencies with it. */
function propertyDependencyViolations(planned: GoalPlan, goal: Goal): string[] {
  return Object.entries(planned.propertyDependencies).flatMap(([property, urns]) =>
    Object.hasOwn(goal.propertyDependencies, property)
      ? listed(`dependencies for ${property} changed`, urns, goal.propertyDependencies[property]!)
      : [],
  );
}
