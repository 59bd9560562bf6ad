import {
  Asset,
  isPropertyList,
  isPropertyMap,
  OutputValue,
  type PropertyMap,
  type PropertyValue,
  Secret,
} from '@radiant/model';

/** Shorter texts are words of any message rather than a secret's trace (Pulumi: logging.CreateFilter). */
const secretLengthMin = 3;

/**
 * Output is told line by line and trimmed, so the trimmed lines of a secret are secrets, too. Shorter ones are `{` and `data:`, which would
 * make any message unreadable.
 */
const secretLineLengthMin = 8;

/** Of longer texts a pattern is none that the machine accepts, and its refusal would quote them. */
const patternTextLengthMax = 1000;

const mask = '[secret]';

/**
 * Replaces every secret text the operation has met. Values are only remembered when met and looked through when there is
 * a message to scrub, since most operations say little.
 */
export class SecretScrubber {
  #unread: (() => Iterable<PropertyValue>)[] = [];
  readonly #texts = new Set<string>();
  /** What is replaced, in this order: whatever contains another comes first. */
  #traces: readonly (string | RegExp)[] = [];

  addText(text: string): void {
    this.#unread.push(() => [new Secret(text)]);
  }

  add(values: PropertyMap): void {
    this.#unread.push(() => [values]);
  }

  /** Many values at once, asked for only when needed. */
  addLazily(values: () => Iterable<PropertyValue>): void {
    this.#unread.push(values);
  }

  scrub(message: string): string {
    this.#readAll();
    return this.#traces.reduce<string>((text, trace) => text.replaceAll(trace, mask), message);
  }

  #readAll(): void {
    if (this.#unread.length === 0) return;
    const countBefore = this.#texts.size;
    const unread = this.#unread;
    this.#unread = [];
    for (const values of unread) for (const value of values()) this.#collect(value, false);
    if (this.#texts.size === countBefore) return;
    this.#traces = tracesOf(this.#texts);
  }

  #collect(value: PropertyValue, isSecret: boolean): void {
    if (typeof value === 'string') {
      if (isSecret) this.#addText(value);
    } else if (value instanceof Secret) this.#collect(value.value, true);
    else if (value instanceof OutputValue) this.#collect(value.value ?? null, isSecret || value.isSecret);
    else if (value instanceof Asset) this.#collect(value.content.kind === 'text' ? value.content.text : null, isSecret);
    else if (value === null || typeof value !== 'object') return;
    else if (isPropertyList(value)) for (const item of value) this.#collect(item, isSecret);
    else if (isPropertyMap(value)) for (const item of Object.values(value)) this.#collect(item, isSecret);
  }

  #addText(text: string): void {
    if (text.length < secretLengthMin || text === 'true' || text === 'false') return;
    this.#texts.add(text);
    const escaped = JSON.stringify(text).slice(1, -1);
    if (escaped !== text) this.#texts.add(escaped);
    for (const line of text.split('\n')) {
      const trimmed = line.trim();
      if (trimmed.length >= secretLineLengthMin) this.#texts.add(trimmed);
    }
  }
}

/** The longest first: a secret that contains another is masked whole. */
function tracesOf(texts: ReadonlySet<string>): readonly (string | RegExp)[] {
  const sorted = [...texts].sort((a, b) => b.length - a.length);
  const long = sorted.filter((text) => text.length > patternTextLengthMax);
  const short = sorted.slice(long.length).map(escapePattern);
  return short.length === 0 ? long : [...long, new RegExp(short.join('|'), 'g')];
}

function escapePattern(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}
