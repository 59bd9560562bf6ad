import { isRecord, itemsOf, stringMapOf, stringsOf, textOf } from './fields.ts';

/** Matches as the API server does: nothing without a selector, everything with an empty one (labels and selectors docs). */
export function selectorMatches(selector: unknown, labels: unknown): boolean {
  if (!isRecord(selector)) return false;
  const present = stringMapOf(labels);
  const labelsMatch = Object.entries(stringMapOf(selector.matchLabels)).every(([key, value]) => present[key] === value);
  return (
    labelsMatch && itemsOf(selector.matchExpressions).every((requirement) => requirementMatches(requirement, present))
  );
}

/** A Service's kind of selector: a plain map. */
export function mapSelectorMatches(selector: unknown, labels: unknown): boolean {
  const present = stringMapOf(labels);
  return Object.entries(stringMapOf(selector)).every(([key, value]) => present[key] === value);
}

export function isEmptySelector(selector: unknown): boolean {
  if (!isRecord(selector)) return true;
  return Object.keys(stringMapOf(selector.matchLabels)).length + itemsOf(selector.matchExpressions).length === 0;
}

/** As kubectl shows selectors: `app=web,tier in (a,b)`; `<none>` when there is nothing to show. */
export function formatSelector(selector: unknown): string {
  if (!isRecord(selector)) return '<none>';
  const parts = [
    ...Object.entries(stringMapOf(selector.matchLabels)).map(([key, value]) => ({ key, text: `${key}=${value}` })),
    ...itemsOf(selector.matchExpressions).map((requirement) => ({
      key: textOf(requirement.key),
      text: formatRequirement(requirement),
    })),
  ];
  parts.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  return parts.map((part) => part.text).join(',') || '<none>';
}

export function formatLabels(labels: unknown): string {
  const entries = Object.entries(stringMapOf(labels)).sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.map(([key, value]) => `${key}=${value}`).join(',') || '<none>';
}

/** The selector as Go marshals it into an error message: matchLabels first, keys sorted. */
export function selectorForMessage(selector: unknown): unknown {
  if (!isRecord(selector)) return selector;
  const labels = Object.entries(stringMapOf(selector.matchLabels)).sort(([a], [b]) => (a < b ? -1 : 1));
  const expressions = itemsOf(selector.matchExpressions);
  return {
    ...(labels.length > 0 ? { matchLabels: Object.fromEntries(labels) } : {}),
    ...(expressions.length > 0
      ? {
          matchExpressions: expressions.map(({ key, operator, values }) => ({
            key,
            operator,
            ...(values ? { values } : {}),
          })),
        }
      : {}),
  };
}

function requirementMatches(requirement: Record<string, unknown>, labels: Record<string, string>): boolean {
  const actual = labels[textOf(requirement.key)];
  const values = stringsOf(requirement.values);
  switch (requirement.operator) {
    case 'In':
      return actual !== undefined && values.includes(actual);
    case 'NotIn':
      return actual === undefined || !values.includes(actual);
    case 'Exists':
      return actual !== undefined;
    case 'DoesNotExist':
      return actual === undefined;
    default:
      return false;
  }
}

function formatRequirement(requirement: Record<string, unknown>): string {
  const key = textOf(requirement.key);
  const values = stringsOf(requirement.values).toSorted().join(',');
  switch (requirement.operator) {
    case 'In':
      return `${key} in (${values})`;
    case 'NotIn':
      return `${key} notin (${values})`;
    case 'Exists':
      return key;
    default:
      return `!${key}`;
  }
}
