/**
 * URNs as a person gives them: in full, or with `*` for any run of characters without a colon and `**` for any run at all
 * (engine reference 7.6). Compiled once; asking costs the same however many there are.
 */
export class UrnPatterns {
  /** Those without a wildcard. */
  readonly literals: ReadonlySet<string>;
  readonly #globs: RegExp | undefined;

  constructor(texts: readonly string[]) {
    this.literals = new Set(texts.filter((text) => !text.includes('*')));
    const globs = texts.filter((text) => text.includes('*')).map(globSource);
    this.#globs = globs.length === 0 ? undefined : new RegExp(`^(?:${globs.join('|')})$`, 's');
  }

  get isEmpty(): boolean {
    return this.literals.size === 0 && this.#globs === undefined;
  }

  matches(urn: string): boolean {
    return this.literals.has(urn) || this.#globs?.test(urn) === true;
  }
}

function globSource(text: string): string {
  return text
    .split(/(\*\*+|\*)/)
    .map((part) => (part === '*' ? '[^:]*' : part.startsWith('**') ? '.*' : escapePattern(part)))
    .join('');
}

function escapePattern(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}
