/**
 * The paths of keys that occur twice in one object of a JSON text, as strict decoding reports them (`spec.containers[0].image`).
 * The text must be valid JSON.
 */
export function duplicateFields(text: string): string[] {
  const found: string[] = [];
  const stack: Level[] = [];
  const tokens = /"(?:[^"\\]|\\.)*"|[{}[\],:]/g;
  let key = '';
  for (let match = tokens.exec(text); match !== null; match = tokens.exec(text)) {
    const token = match[0];
    const level = stack.at(-1);
    switch (token[0]) {
      case '{':
        stack.push({ keys: new Set(), path: childPath(level, key), index: 0, awaitsKey: true });
        break;
      case '[':
        stack.push({ keys: undefined, path: childPath(level, key), index: 0, awaitsKey: false });
        break;
      case '}':
      case ']':
        stack.pop();
        break;
      case ',':
        if (level === undefined) break;
        level.index++;
        level.awaitsKey = level.keys !== undefined;
        break;
      case ':':
        if (level !== undefined) level.awaitsKey = false;
        break;
      default:
        if (level?.keys === undefined || !level.awaitsKey) break;
        key = token.includes('\\') ? (JSON.parse(token) as string) : token.slice(1, -1);
        if (level.keys.has(key)) found.push(level.path === '' ? key : `${level.path}.${key}`);
        level.keys.add(key);
    }
  }
  return [...new Set(found)];
}

interface Level {
  /** Undefined for a list. */
  readonly keys: Set<string> | undefined;
  readonly path: string;
  index: number;
  awaitsKey: boolean;
}

function childPath(parent: Level | undefined, key: string): string {
  if (parent === undefined) return '';
  if (parent.keys === undefined) return `${parent.path}[${parent.index}]`;
  return parent.path === '' ? key : `${parent.path}.${key}`;
}
