import { PassThrough } from 'node:stream';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { onLines } from './lines.ts';

async function linesOf(chunks: readonly Uint8Array[]): Promise<readonly string[]> {
  const stream = new PassThrough();
  const lines: string[] = [];
  onLines(stream, (line) => lines.push(line));
  for (const chunk of chunks) stream.write(chunk);
  stream.end();
  await new Promise((resolve) => stream.once('end', resolve));
  return lines;
}

test('lines come whole however the bytes are cut, and the last one without its end', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.string({ unit: fc.constantFrom('a', 'ü', '漢', '🚀', ' ') }), { minLength: 1 }),
      fc.array(fc.nat({ max: 30 })),
      async (expected, cuts) => {
        const bytes = Buffer.from(expected.join('\n'));
        const ends = [...new Set(cuts.map((cut) => Math.min(cut, bytes.length)))].sort((a, b) => a - b);
        const chunks = [...ends, bytes.length].map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end));
        expect(await linesOf(chunks)).toEqual(expected.at(-1) === '' ? expected.slice(0, -1) : expected);
      },
    ),
    { seed: 1, numRuns: 200 },
  );
});

test('a line of many megabytes and Windows line ends are no trouble', async () => {
  const long = 'x'.repeat(1000);
  const chunks = Array.from({ length: 5000 }, () => Buffer.from(long));
  expect(await linesOf([Buffer.from('a\r\n'), ...chunks, Buffer.from('\nb')])).toEqual(['a', long.repeat(5000), 'b']);
});
