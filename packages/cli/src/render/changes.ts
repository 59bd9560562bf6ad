import {
  type DiffKind,
  formatPropertyPath,
  getAtPath,
  isPropertyList,
  isPropertyMap,
  type PropertyMap,
  type PropertyPath,
  type PropertyValue,
  parsePropertyPath,
  pathContains,
  type ResourceState,
  Secret,
  type StepInfo,
} from '@radiant/model';
import { isEqualValue } from './equal-values.ts';

/** One difference, at the smallest place where old and new part. */
export interface Change {
  readonly path: PropertyPath;
  readonly kind: 'add' | 'delete' | 'update';
  readonly forcesReplacement: boolean;
  readonly old?: PropertyValue;
  readonly new?: PropertyValue;
}

/** What a step changes: by the provider's own account where it gave one, else by comparing what was recorded. */
export function changesOf(step: StepInfo): readonly Change[] {
  if (step.old === undefined || step.new === undefined) return [];
  if (step.detailedDiff !== undefined && Object.keys(step.detailedDiff).length > 0) return detailedChanges(step);
  const isRead = step.op === 'refresh';
  const changes = isRead
    ? compareMaps(step.old.outputs, step.new.outputs, [])
    : compareMaps(step.old.inputs, step.new.inputs, []);
  const replaceKeys = new Set(step.replaceKeys);
  return changes
    .filter(
      (change) => step.diffs === undefined || step.diffs.length === 0 || step.diffs.includes(String(change.path[0])),
    )
    .map((change) => ({ ...change, forcesReplacement: replaceKeys.has(String(change.path[0])) }));
}

/**
 * What a step changes, without the values that the program does not want shown (option `hideDiffs`): of those only the
 * paths are named, as the program wrote them.
 */
export function shownChanges(step: StepInfo): {
  readonly shown: readonly Change[];
  readonly hidden: readonly string[];
} {
  const texts = (step.new ?? step.old)?.hideDiffs ?? [];
  const all = changesOf(step);
  if (texts.length === 0) return { shown: all, hidden: [] };
  const paths = texts.map((text) => ({ text, path: parsePropertyPath(text) ?? [text] }));
  const hidden = new Set<string>();
  const shown = all
    .flatMap((change) => (paths.some(({ path }) => liesWithin(path, change.path)) ? inDetail(change) : [change]))
    .filter((change) => {
      const hiding = paths.filter(({ path }) => pathContains(path, change.path));
      for (const { text } of hiding) hidden.add(text);
      return hiding.length === 0;
    });
  return { shown, hidden: [...hidden].sort() };
}

function liesWithin(path: PropertyPath, whole: PropertyPath): boolean {
  return path.length > whole.length && pathContains(path.slice(0, whole.length), whole);
}

/** A change of a whole as the changes of its parts, where both sides have such. */
function inDetail(change: Change): readonly Change[] {
  if (change.kind !== 'update') return [change];
  const { forcesReplacement } = change;
  return compare(change.old, change.new, change.path).map((part) => ({ ...part, forcesReplacement }));
}

const simpleKinds: { readonly [kind in DiffKind]: Change['kind'] } = {
  add: 'add',
  'add-replace': 'add',
  delete: 'delete',
  'delete-replace': 'delete',
  update: 'update',
  'update-replace': 'update',
};

function detailedChanges(step: StepInfo): readonly Change[] {
  const [olds, news] = [step.old!, step.new!];
  return Object.entries(step.detailedDiff!).map(([text, { kind, isInputDiff }]) => {
    const path = parsePropertyPath(text) ?? [text];
    const old = getAtPath(olds.inputs, path) ?? (isInputDiff ? undefined : getAtPath(olds.outputs, path));
    const next = getAtPath(news.inputs, path) ?? getAtPath(news.outputs, path);
    return {
      path,
      kind: simpleKinds[kind],
      forcesReplacement: kind.endsWith('-replace'),
      ...(old !== undefined && { old: keepSecret(olds, path, old) }),
      ...(next !== undefined && { new: keepSecret(news, path, next) }),
    };
  });
}

/** A value inside a secret is secret, too. */
function keepSecret(state: ResourceState, path: PropertyPath, value: PropertyValue): PropertyValue {
  const prefixes = path.map((_, length) => path.slice(0, length));
  const isInside = [state.inputs, state.outputs].some((root) =>
    prefixes.some((prefix) => getAtPath(root, prefix) instanceof Secret),
  );
  return isInside && !(value instanceof Secret) ? new Secret(value) : value;
}

function compareMaps(old: PropertyMap, next: PropertyMap, path: PropertyPath): Change[] {
  const keys = [...new Set([...Object.keys(old), ...Object.keys(next)])].sort();
  return keys.flatMap((key) => compare(own(old, key), own(next, key), [...path, key]));
}

function own(map: PropertyMap, key: string): PropertyValue | undefined {
  return Object.hasOwn(map, key) ? map[key] : undefined;
}

/** Secrets are compared as wholes: where inside one the difference lies would say something about it. */
export function compare(old: PropertyValue | undefined, next: PropertyValue | undefined, path: PropertyPath): Change[] {
  if (old === undefined && next === undefined) return [];
  if (old === undefined) return [{ path, kind: 'add', forcesReplacement: false, new: next! }];
  if (next === undefined) return [{ path, kind: 'delete', forcesReplacement: false, old }];
  if (isPropertyMap(old) && isPropertyMap(next)) return compareMaps(old, next, path);
  if (old !== null && next !== null && isPropertyList(old) && isPropertyList(next)) {
    const length = Math.max(old.length, next.length);
    return Array.from({ length }, (_, index) => index).flatMap((index) =>
      compare(old[index], next[index], [...path, index]),
    );
  }
  return isEqualValue(old, next) ? [] : [{ path, kind: 'update', forcesReplacement: false, old, new: next }];
}

/** The properties that an update could not change. */
export function replacementReasons(step: StepInfo): readonly string[] {
  const hides = (step.new ?? step.old)?.hideDiffs !== undefined;
  const paths = hides
    ? []
    : changesOf(step).flatMap(({ path, forcesReplacement }) => (forcesReplacement ? [path] : []));
  const texts = paths.length > 0 ? paths.map(formatPropertyPath) : (step.replaceKeys ?? []);
  return [...new Set(texts)].sort();
}

const summaries = new WeakMap<StepInfo, string>();

/** `diff: +tags,~spec`: the top-level properties that differ, additions first. Worked out once for a step. */
export function changeSummary(step: StepInfo): string {
  const known = summaries.get(step);
  if (known !== undefined) return known;
  const summary = summarize(step);
  summaries.set(step, summary);
  return summary;
}

function summarize(step: StepInfo): string {
  const kinds = new Map<string, Change['kind']>();
  for (const change of changesOf(step)) {
    const key = topLevelKey(change.path);
    if (key.startsWith('__')) continue;
    const isWhole = change.path.length === 1;
    kinds.set(key, isWhole && (kinds.get(key) ?? change.kind) === change.kind ? change.kind : 'update');
  }
  if (step.old !== undefined && step.new !== undefined) {
    if (step.old.provider !== step.new.provider && step.op !== 'same') kinds.set('provider', 'update');
    if (step.old.isProtected !== step.new.isProtected) kinds.set('protect', 'update');
  }
  const of = (kind: Change['kind'], symbol: string): string[] =>
    [...kinds]
      .filter(([, value]) => value === kind)
      .map(([key]) => symbol + key)
      .sort();
  const keys = [...of('add', '+'), ...of('delete', '-'), ...of('update', '~')];
  return keys.length === 0 ? '' : `diff: ${keys.join(',')}`;
}

function topLevelKey(path: PropertyPath): string {
  return formatPropertyPath(path.slice(0, 1));
}
