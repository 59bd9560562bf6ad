import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bool,
  bytes,
  bytesMap,
  double,
  embedded,
  int32,
  message,
  messageMap,
  optionalBool,
  optionalString,
  packedInt32,
  repeated,
  string,
  stringMap,
  strings,
} from './message.ts';
import { WireError } from './protobuf-reader.ts';

const Inner = message({ text: string(1), number: int32(2) });
const Sample = message({
  text: string(1),
  maybeText: optionalString(2),
  raw: bytes(3),
  flag: bool(4),
  maybeFlag: optionalBool(5),
  number: int32(6),
  real: double(7),
  texts: strings(8),
  numbers: packedInt32(9),
  inner: embedded(10, Inner),
  inners: repeated(11, Inner),
  named: stringMap(12),
  rawNamed: bytesMap(13),
  innerNamed: messageMap(14, Inner),
});

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ unit: 'grapheme', minLength: 120, maxLength: 300 }),
);
const number = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const raw = fc.uint8Array({ maxLength: 200 });
const inner = fc.record({ text, number });
const map = <T>(value: fc.Arbitrary<T>) => fc.array(fc.tuple(text, value), { maxLength: 4 }).map((all) => new Map(all));
const sample = fc.record({
  text,
  maybeText: fc.option(text, { nil: undefined }),
  raw: fc.option(raw, { nil: undefined }),
  flag: fc.boolean(),
  maybeFlag: fc.option(fc.boolean(), { nil: undefined }),
  number,
  real: fc.double(),
  texts: fc.array(text, { maxLength: 4 }),
  numbers: fc.array(number, { maxLength: 60 }),
  inner: fc.option(inner, { nil: undefined }),
  inners: fc.array(inner, { maxLength: 4 }),
  named: map(text),
  rawNamed: map(raw),
  innerNamed: map(inner),
});

/** Views into a Buffer and arrays of their own are the same bytes. */
function comparable(value: ReturnType<typeof Sample.decode>) {
  const asArray = (given: Uint8Array | undefined) => given && [...given];
  return { ...value, raw: asArray(value.raw), rawNamed: new Map([...value.rawNamed].map(([k, v]) => [k, asArray(v)])) };
}

describe('a message', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(sample, (given) => {
        expect(comparable(Sample.decode(Sample.encode(given)))).toEqual(comparable(given));
      }),
      { seed: 7 },
    );
  });

  it('of any size is read as it was written, however deep', () => {
    for (const length of [0, 1, 39, 40, 127, 128, 16_383, 16_384, 3_000_000]) {
      const given = Sample.of({ inners: [{ text: 'x'.repeat(length), number: 1 }], texts: ['é'.repeat(length)] });
      const read = Sample.decode(Sample.encode(given));
      expect(read.inners[0]?.text === given.inners[0]?.text && read.texts[0] === given.texts[0]).toBe(true);
    }
  });

  it('that is cut off or mangled is refused or read as something, never crashes otherwise', () => {
    fc.assert(
      fc.property(sample, fc.nat(), fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 }))), (given, cut, changes) => {
        const whole = Sample.encode(given);
        const part = Buffer.from(whole.subarray(0, whole.length - (cut % (whole.length + 1))));
        for (const [at, byte] of changes) if (part.length > 0) part[at % part.length] = byte;
        try {
          Sample.decode(part);
        } catch (error) {
          expect(error).toBeInstanceOf(WireError);
        }
      }),
      { seed: 7, numRuns: 1000 },
    );
  });

  it('that claims more than it holds is refused', () => {
    expect(() => Sample.decode(Buffer.from([0x0a, 0x7f]))).toThrow('the message is truncated');
    expect(() => Sample.decode(Buffer.from([0x52, 0x02, 0x0a, 0x05, 0x61, 0x62, 0x63, 0x64, 0x65]))).toThrow(
      'truncated',
    );
    expect(() => Sample.decode(Buffer.from([0x30]))).toThrow('truncated');
    expect(() => Sample.decode(Buffer.from([0x39, 0, 0]))).toThrow('truncated');
    expect(() => Sample.decode(Buffer.alloc(12, 0xff))).toThrow(WireError);
    expect(() => Sample.decode(Buffer.from([0x0b]))).toThrow('wire type 3 is not in use');
  });
});
