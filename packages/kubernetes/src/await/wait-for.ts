import { isJsonList, type Json, type JsonMap, listAt, numberAt, textAt } from '../json.ts';
import { isObserved } from './conditions.ts';
import { type JsonPath, JsonPathError, parseJsonPath, selectJson } from './json-path.ts';
import { failed, type ReadinessRule, ready, waiting } from './readiness.ts';

/** One thing that must hold before the object counts as ready. */
type Expectation =
  | { readonly kind: 'path'; readonly text: string; readonly path: JsonPath; readonly value: string | undefined }
  | { readonly kind: 'condition'; readonly text: string; readonly type: string; readonly status: string };

/**
 * The rule behind the annotation `pulumi.com/waitFor`: `jsonpath={.status.phase}=Running`, `condition=Ready[=False]`, or
 * a JSON list of these, all of which must hold. An expression that cannot be read fails when it is first judged.
 */
export function ruleOfWaitFor(annotation: string): ReadinessRule {
  let expectations: readonly Expectation[] = [];
  let trouble = '';
  try {
    expectations = parseWaitFor(annotation);
  } catch (error) {
    if (!(error instanceof JsonPathError)) throw error;
    trouble = `The annotation pulumi.com/waitFor cannot be understood: ${error.message}`;
  }
  return {
    related: () => [],
    judge(object) {
      if (trouble !== '') return failed(trouble);
      if (numberAt(object, 'status', 'observedGeneration') !== undefined && !isObserved(object))
        return waiting('Waiting for its controller');
      const missing = expectations.find((expectation) => !holds(expectation, object));
      return missing === undefined ? ready : waiting(`Waiting for ${missing.text}`);
    },
  };
}

export function parseWaitFor(annotation: string): readonly Expectation[] {
  const text = annotation.trim();
  if (!text.startsWith('[')) return [parseExpectation(text)];
  let list: Json;
  try {
    list = JSON.parse(text) as Json;
  } catch {
    throw new JsonPathError(`${text} is no JSON list`);
  }
  if (!isJsonList(list) || list.length === 0 || !list.every((item) => typeof item === 'string'))
    throw new JsonPathError('it must be a list of texts');
  return list.map(parseExpectation);
}

function parseExpectation(text: string): Expectation {
  if (text.startsWith('jsonpath={')) {
    const close = text.lastIndexOf('}');
    const rest = text.slice(close + 1);
    if (close < 0 || (rest !== '' && !rest.startsWith('='))) throw new JsonPathError(`${text} lacks its closing brace`);
    const path = parseJsonPath(text.slice('jsonpath={'.length, close));
    return { kind: 'path', text, path, value: rest === '' ? undefined : unquoted(rest.slice(1)) };
  }
  if (text.startsWith('jsonpath='))
    throw new JsonPathError(`${text} must have its path in braces: jsonpath={.status.phase}=Running`);
  const condition = /^condition=([^=]+)(?:=(.*))?$/.exec(text);
  if (condition === null) throw new JsonPathError(`${text} is neither jsonpath={…} nor condition=…`);
  return { kind: 'condition', text, type: condition[1]!, status: condition[2] || 'True' };
}

function unquoted(text: string): string {
  return /^".*"$|^'.*'$/s.test(text) ? text.slice(1, -1) : text;
}

function holds(expectation: Expectation, object: JsonMap): boolean {
  if (expectation.kind === 'condition') return conditionHolds(expectation.type, expectation.status, object);
  const found = selectJson(object, expectation.path);
  if (expectation.value === undefined) return found.length > 0;
  return found.some((value) =>
    typeof value === 'object' ? value === null && expectation.value === 'null' : String(value) === expectation.value,
  );
}

function conditionHolds(type: string, status: string, object: JsonMap): boolean {
  const condition = listAt(object, 'status', 'conditions').find(
    (candidate) => textAt(candidate, 'type').toLowerCase() === type.toLowerCase(),
  );
  if (textAt(condition, 'status').toLowerCase() !== status.toLowerCase()) return false;
  const observed = numberAt(condition, 'observedGeneration');
  return observed === undefined || observed >= (numberAt(object, 'metadata', 'generation') ?? 0);
}
