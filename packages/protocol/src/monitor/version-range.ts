import { compare, parse } from 'semver';

const operators: { readonly [operator: string]: (order: number) => boolean } = {
  '': (order) => order === 0,
  '=': (order) => order === 0,
  '==': (order) => order === 0,
  '!': (order) => order !== 0,
  '!=': (order) => order !== 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
};

/** How a comparison with `1.2.x` is one with its first version, or with the first after it. */
const wildcards: { readonly [operator: string]: (first: string, after: string) => readonly string[] } = {
  '': (first, after) => [`>=${first} <${after}`],
  '=': (first, after) => [`>=${first} <${after}`],
  '==': (first, after) => [`>=${first} <${after}`],
  '!': (first, after) => [`<${first}`, `>=${after}`],
  '!=': (first, after) => [`<${first}`, `>=${after}`],
  '>': (_, after) => [`>=${after}`],
  '>=': (first) => [`>=${first}`],
  '<': (first) => [`<${first}`],
  '<=': (_, after) => [`<${after}`],
};

/**
 * Whether `version` lies in a range as `requirePulumiVersion` takes it: `>=3.0.0 <4.0.0 || !3.1.2 1.x` (blang/semver:
 * ParseRange). Unlike npm's ranges it takes prereleases as they are ordered. Returns undefined when the range is none.
 */
export function satisfiesRange(version: string, range: string): boolean | undefined {
  const subject = parse(version.replace(/^v/, ''));
  if (subject === null) return undefined;
  const alternatives = range.split('||').map((part) => satisfiesAll(subject.version, part));
  if (alternatives.includes(undefined)) return undefined;
  return alternatives.includes(true);
}

function satisfiesAll(version: string, part: string): boolean | undefined {
  const terms = part
    .trim()
    .replaceAll(/([<>=!])\s+/g, '$1')
    .split(/\s+/);
  if (terms.length === 1 && terms[0] === '') return undefined;
  const results = terms.map((term) => satisfies(version, term));
  if (results.includes(undefined)) return undefined;
  return !results.includes(false);
}

function satisfies(version: string, term: string): boolean | undefined {
  const match = /^([<>=!]*)(.+)$/.exec(term);
  const test = match === null ? undefined : operators[match[1]!];
  if (match === null || test === undefined) return undefined;
  const [, operator, text] = match;
  const wildcard = /^(\d+)(?:\.(\d+))?(?:\.[xX*])+$/.exec(text!);
  if (wildcard !== null) return satisfiesWildcard(version, operator!, wildcard);
  const bound = parse(text!);
  return bound === null ? undefined : test(compare(version, bound.version));
}

function satisfiesWildcard(version: string, operator: string, [, major, minor]: RegExpExecArray): boolean | undefined {
  const first = `${major}.${minor ?? 0}.0`;
  const after = minor === undefined ? `${Number(major) + 1}.0.0` : `${major}.${Number(minor) + 1}.0`;
  return wildcards[operator]!(first, after).some((range) => satisfiesAll(version, range));
}
