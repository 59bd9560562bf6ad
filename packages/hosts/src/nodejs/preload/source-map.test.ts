import { createRequire } from 'node:module';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseSourceMap } from './source-map.ts';

interface Generator {
  addMapping(mapping: {
    generated: { line: number; column: number };
    original?: { line: number; column: number };
    source?: string;
    name?: string;
  }): void;
  toString(): string;
}

interface SourceMapLibrary {
  readonly SourceMapGenerator: new () => Generator;
  readonly SourceMapConsumer: new (
    map: string,
  ) => {
    originalPositionFor(place: { line: number; column: number }): {
      source: string | null;
      line: number | null;
      column: number | null;
      name: string | null;
    };
  };
}

// The library that stock traces are mapped with.
const require = createRequire(
  createRequire(createRequire(import.meta.url).resolve('@pulumi/pulumi')).resolve('source-map-support'),
);
const { SourceMapConsumer, SourceMapGenerator } = require('source-map') as SourceMapLibrary;

const place = fc.record({ line: fc.integer({ min: 1, max: 5 }), column: fc.integer({ min: 0, max: 9 }) });
const mapping = fc.record({
  generated: place,
  original: fc.option(place, { nil: undefined }),
  source: fc.constantFrom('a.ts', '../b.ts', '/c.ts'),
  name: fc.option(fc.constantFrom('f', 'g'), { nil: undefined }),
});

test('every place is found where the source-map library finds it', () => {
  fc.assert(
    fc.property(fc.array(mapping, { maxLength: 30 }), place, (mappings, at) => {
      const generator = new SourceMapGenerator();
      for (const { original, source, name, ...rest } of mappings) {
        generator.addMapping(original === undefined ? rest : { ...rest, original, source, ...(name ? { name } : {}) });
      }
      const text = generator.toString();
      const expected = new SourceMapConsumer(text).originalPositionFor(at);
      const found = parseSourceMap(text)!.originalOf(at.line, at.column);
      expect(found ?? { source: null, line: null, column: null, name: null }).toEqual(expected);
    }),
    { seed: 1, numRuns: 500 },
  );
});

test('what is not a source map is not one', () => {
  for (const text of ['', '{', 'null', '[]', '{"mappings":1,"sources":[]}', '{"mappings":"AAAA"}']) {
    expect(parseSourceMap(text)).toBeUndefined();
  }
});

test('damaged mappings end in some place or none, never in an error', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 40 }), place, (mappings, at) => {
      parseSourceMap(JSON.stringify({ version: 3, sources: ['a'], names: [], mappings }))?.originalOf(
        at.line,
        at.column,
      );
    }),
    { seed: 1, numRuns: 300 },
  );
});
