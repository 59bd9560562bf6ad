import type { KubeObject } from '../kube-object.ts';
import { badRequest } from '../registry/context.ts';

export type ObjectFilter = (object: KubeObject) => boolean;

/**
 * The `labelSelector` of a query: `a=b`, `a==b`, `a!=b`, `a in (x,y)`, `a notin (x,y)`, `a`, `!a`, `a>5`, `a<5`, joined by commas
 * (kubernetes docs: Labels and Selectors). Undefined when it selects everything. Throws ApiError 400.
 */
export function parseLabelQuery(query: string): ObjectFilter | undefined {
  if (query.trim() === '') return undefined;
  const requirements = splitOutsideParentheses(query).map((text) => parseRequirement(text.trim(), query));
  return (object) => requirements.every((requirement) => requirement(object.metadata.labels ?? {}));
}

type Requirement = (labels: Record<string, string>) => boolean;

function splitOutsideParentheses(query: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let index = 0; index < query.length; index++) {
    if (query[index] === '(') depth++;
    else if (query[index] === ')') depth--;
    else if (query[index] === ',' && depth === 0) {
      parts.push(query.slice(start, index));
      start = index + 1;
    }
  }
  return [...parts, query.slice(start)];
}

const keyPattern = '[A-Za-z0-9](?:[-A-Za-z0-9_./]*[A-Za-z0-9])?';
const setPattern = new RegExp(`^(${keyPattern})\\s+(in|notin)\\s*\\((.*)\\)$`);
const comparePattern = new RegExp(`^(${keyPattern})\\s*(==|!=|=|>|<)\\s*(.*)$`);
const existsPattern = new RegExp(`^(!?)\\s*(${keyPattern})$`);
const valuePattern = /^(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?)?$/;

function parseRequirement(text: string, query: string): Requirement {
  const set = setPattern.exec(text);
  if (set !== null) {
    const [, key, operator, list] = set;
    const values = new Set(list!.split(',').map((value) => checkedValue(value.trim(), query)));
    return operator === 'in'
      ? (labels) => has(labels, key!) && values.has(labels[key!]!)
      : (labels) => !has(labels, key!) || !values.has(labels[key!]!);
  }
  const compare = comparePattern.exec(text);
  if (compare !== null) {
    const [, key, operator, given] = compare;
    const value = checkedValue(given!, query);
    if (operator === '!=') return (labels) => !has(labels, key!) || labels[key!] !== value;
    if (operator === '=' || operator === '==') return (labels) => has(labels, key!) && labels[key!] === value;
    return comparison(key!, operator as '>' | '<', value, query);
  }
  const exists = existsPattern.exec(text);
  if (exists === null) throw unparsable(query, `found '${text}', expected: identifier`);
  const [, not, key] = exists;
  return not === '!' ? (labels) => !has(labels, key!) : (labels) => has(labels, key!);
}

function comparison(key: string, operator: '>' | '<', value: string, query: string): Requirement {
  if (!/^-?\d+$/.test(value)) throw unparsable(query, `for 'Gt', 'Lt' operators, the value must be an integer`);
  const limit = Number(value);
  return (labels) => {
    if (!has(labels, key) || !/^-?\d+$/.test(labels[key]!)) return false;
    return operator === '>' ? Number(labels[key]) > limit : Number(labels[key]) < limit;
  };
}

function checkedValue(value: string, query: string): string {
  if (value.length > 63 || !valuePattern.test(value))
    throw unparsable(query, `values[0][x]: Invalid value: ${JSON.stringify(value)}: not a label value`);
  return value;
}

function has(labels: Record<string, string>, key: string): boolean {
  return Object.hasOwn(labels, key);
}

function unparsable(query: string, why: string) {
  return badRequest(`unable to parse requirement ${JSON.stringify(query)}: ${why}`);
}
