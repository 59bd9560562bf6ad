/**
 * The JSONPath of kubectl as far as printer columns and scale paths use it: `.spec.a`, `.a['b.c']`, `.a[0]`, `.a[*].b`,
 * `.a[?(@.type=="Ready")].status`, `.a.b\.c` (kubernetes docs: JSONPath Support).
 */
export type JsonPath = (value: unknown) => unknown[];

type Step = (value: unknown) => unknown[];

/** Undefined when the path is not one. */
export function parseJsonPath(text: string): JsonPath | undefined {
  const steps: Step[] = [];
  let rest = text.startsWith('{') && text.endsWith('}') ? text.slice(1, -1) : text;
  rest = rest.replace(/^\$/, '');
  while (rest !== '') {
    const match = stepPatterns
      .map(({ pattern, make }) => ({ found: pattern.exec(rest), make }))
      .find(({ found }) => found !== null);
    if (match === undefined) return undefined;
    steps.push(match.make(match.found!));
    rest = rest.slice(match.found![0].length);
  }
  return (value) => steps.reduce<unknown[]>((values, step) => values.flatMap(step), [value]);
}

const stepPatterns: readonly { pattern: RegExp; make: (match: RegExpExecArray) => Step }[] = [
  { pattern: /^\.((?:[^.[\]\\]|\\.)+)/, make: ([, name]) => field(name!.replaceAll(/\\(.)/g, '$1')) },
  { pattern: /^\.?\['((?:[^'\\]|\\.)*)'\]/, make: ([, name]) => field(name!.replaceAll(/\\(.)/g, '$1')) },
  { pattern: /^\.?\[\*\]/, make: () => all },
  { pattern: /^\[(-?\d+)\]/, make: ([, index]) => item(Number(index)) },
  {
    pattern: /^\[\?\(\s*@((?:\.[\w-]+)+)\s*(==|!=)\s*(?:"([^"]*)"|'([^']*)'|([^)]*?))\s*\)\]/,
    make: ([, path, operator, quoted, single, bare]) => filter(path!, operator!, quoted ?? single ?? bare ?? ''),
  },
];

function field(name: string): Step {
  if (name === '*') return all;
  return (value) => {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return [];
    const found = (value as Record<string, unknown>)[name];
    return found === undefined ? [] : [found];
  };
}

function item(index: number): Step {
  return (value) => (Array.isArray(value) && value.at(index) !== undefined ? [value.at(index)] : []);
}

const all: Step = (value) => (typeof value === 'object' && value !== null ? Object.values(value) : []);

function filter(path: string, operator: string, wanted: string): Step {
  const read = parseJsonPath(path)!;
  return (value) => {
    const items = Array.isArray(value) ? value : [];
    return items.filter((one) => (String(read(one)[0]) === wanted) === (operator === '=='));
  };
}
