import { SeededRandom } from '@radiant/model';

/** A name to be made: fixed texts, the resource's own name, and parts that chance decides. */
export type NamePattern = readonly NamePart[];

export type NamePart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'name' }
  | { readonly kind: RandomKind; readonly length: number };

const randomKinds = ['hex', 'alphanum', 'string', 'num', 'uuid'] as const;
export type RandomKind = (typeof randomKinds)[number];

/** Longer than any name that any provider takes. */
const lengthMax = 1024;

/** What a pattern may speak of that is the same for all resources of a stack. */
export interface PatternContext {
  readonly organization: string;
  readonly project: string;
  readonly stack: string;
  /** Throws PatternError when there is no such value, or it must not be read. */
  config(key: string): string;
}

/** Why a pattern cannot be used, to be completed by where it stands. */
export class PatternError extends Error {
  override readonly name = 'PatternError';
}

/** Reads a pattern such as `${stack}-${name}-${hex(6)}`. Throws PatternError. */
export function parsePattern(text: string, context: PatternContext): NamePattern {
  const parts: NamePart[] = [];
  let end = 0;
  for (const match of text.matchAll(/\$\{([^}]*)\}/g)) {
    parts.push({ kind: 'text', text: text.slice(end, match.index) }, parseExpression(match[1]!, context));
    end = match.index + match[0].length;
  }
  const rest = text.slice(end);
  if (rest.includes('${')) throw new PatternError(`the expression "${rest.slice(rest.indexOf('${'))}" is not closed`);
  return [...parts, { kind: 'text', text: rest } as const].filter((part) => part.kind !== 'text' || part.text !== '');
}

function parseExpression(expression: string, context: PatternContext): NamePart {
  const call = /^(hex|alphanum|string|num)\((\d+)\)$/.exec(expression);
  if (call !== null) {
    const length = Number(call[2]);
    if (length > lengthMax) throw new PatternError(`"\${${expression}}" asks for more than ${lengthMax} letters`);
    return { kind: call[1] as RandomKind, length };
  }
  if (expression.startsWith('config.')) return { kind: 'text', text: context.config(expression.slice(7)) };
  switch (expression) {
    case 'name':
    case 'uuid':
      return expression === 'name' ? { kind: 'name' } : { kind: 'uuid', length: 36 };
    case 'organization':
    case 'project':
    case 'stack':
      return { kind: 'text', text: context[expression] };
    default:
      throw new PatternError(
        `there is no expression "\${${expression}}"; there are \${name}, \${stack}, \${project}, \${organization}, ` +
          '${config.KEY}, ${hex(n)}, ${alphanum(n)}, ${string(n)}, ${num(n)} and ${uuid}',
      );
  }
}

/** Whether two names of the pattern differ for one resource. */
export function isRandom(pattern: NamePattern): boolean {
  return pattern.some(({ kind }) => kind !== 'text' && kind !== 'name');
}

const letters = 'abcdefghijklmnopqrstuvwxyz';
const digits = '0123456789';

/**
 * The name of a resource; the same for the same seed. Chance is drawn kind by kind, and all `${uuid}` are one, as Pulumi
 * does it: a name in one of its plans comes out here as well.
 */
export function nameOf(pattern: NamePattern, resourceName: string, seed: Uint8Array): string {
  const random = new SeededRandom(seed);
  const drawn = new Map<NamePart, string>();
  for (const kind of randomKinds) {
    const parts = pattern.filter((part) => part.kind === kind) as readonly { kind: RandomKind; length: number }[];
    const shared = kind === 'uuid' && parts.length > 0 ? draw(random, 'uuid', 36) : undefined;
    for (const part of parts) drawn.set(part, shared ?? draw(random, kind, part.length));
  }
  return pattern
    .map((part) => (part.kind === 'text' ? part.text : part.kind === 'name' ? resourceName : drawn.get(part)!))
    .join('');
}

function draw(random: SeededRandom, kind: RandomKind, length: number): string {
  switch (kind) {
    case 'hex':
      return hexOf(random.bytes(Math.floor(length / 2) + 1)).slice(0, length);
    case 'alphanum':
      return random.text(length, letters + digits);
    case 'string':
      return random.text(length, letters);
    case 'num':
      return random.text(length, digits);
    case 'uuid':
      return hexOf(random.bytes(16)).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  }
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
