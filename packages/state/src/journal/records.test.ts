import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatRecords, joinRescued, parseRecords } from './records.ts';

/** Three groups: records 1–2, 3, and 4–6. */
const groups = [['{"a":1}', '{"b":"größe 🌍"}'], ['{"c":3}'], ['{"d":4}', '{"e":5}', '{"f":6}']];
const all = groups.flat();

function journal(): { readonly bytes: Buffer; readonly starts: readonly number[] } {
  let text = Buffer.alloc(0);
  const starts: number[] = [];
  let first = 1;
  for (const group of groups) {
    starts.push(text.length);
    text = Buffer.concat([text, Buffer.from(formatRecords(group, first))]);
    first += group.length;
  }
  return { bytes: text, starts: [...starts, text.length] };
}

function read(bytes: Uint8Array) {
  const result = parseRecords(bytes);
  return result.kind === 'read' ? { texts: result.texts, isTorn: result.isTorn } : result;
}

describe('a journal', () => {
  test('is read as it was written', () => {
    const { bytes } = journal();
    expect(read(bytes)).toEqual({ texts: all, isTorn: false });
    expect(read(new Uint8Array())).toEqual({ texts: [], isTorn: false });
  });

  test('that ends anywhere is read up to its last whole record', () => {
    const { bytes } = journal();
    for (let length = 0; length < bytes.length; length += 1) {
      const result = parseRecords(bytes.subarray(0, length));
      if (result.kind !== 'read') throw new Error(`length ${length}`);
      expect(all.slice(0, result.texts.length)).toEqual(result.texts);
      expect(result.isTorn).toBe(result.length < length);
    }
  });

  test('whose last group is damaged in any byte is cut there: it may never have been safe', () => {
    const { bytes, starts } = journal();
    for (let offset = starts[2]!; offset < bytes.length; offset += 1) {
      const changed = Buffer.from(bytes);
      changed[offset]! ^= 0x20;
      const result = parseRecords(changed);
      if (result.kind !== 'read') throw new Error(`offset ${offset}`);
      expect(result.texts.length).toBeGreaterThanOrEqual(3);
      expect(all.slice(0, result.texts.length)).toEqual(result.texts);
      expect(result.isTorn).toBe(true);
    }
  });

  test('whose earlier groups are damaged in any byte is refused, and the record is named', () => {
    const { bytes, starts } = journal();
    for (let offset = 0; offset < starts[2]!; offset += 1) {
      const changed = Buffer.from(bytes);
      changed[offset]! ^= 0x01;
      const number = offset < starts[1]! ? expect.toBeOneOf([1, 2]) : 3;
      expect(parseRecords(changed), `offset ${offset}`).toMatchObject({ kind: 'damaged', number });
    }
  });

  test('that lost a record in the middle, or got two in another order, is refused', () => {
    const lines = journal().bytes.toString().trimEnd().split('\n');
    const without = (index: number) => Buffer.from(`${lines.filter((_line, at) => at !== index).join('\n')}\n`);
    expect(parseRecords(without(0))).toMatchObject({ kind: 'damaged', number: 1 });
    expect(parseRecords(without(2))).toMatchObject({ kind: 'damaged', number: 3 });
    const swapped = Buffer.from(`${[lines[1], lines[0], ...lines.slice(2)].join('\n')}\n`);
    expect(parseRecords(swapped)).toMatchObject({ kind: 'damaged', number: 1 });
  });

  test('followed by zeros or by any rubbish is cut where that begins', () => {
    const { bytes } = journal();
    expect(read(Buffer.concat([bytes, Buffer.alloc(4096)]))).toEqual({ texts: all, isTorn: true });
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 200 }), (rubbish) => {
        expect(read(Buffer.concat([bytes, rubbish]))).toEqual({ texts: all, isTorn: true });
      }),
      { seed: 7 },
    );
  });
});

describe('rescued records', () => {
  const { bytes, starts } = journal();
  const rescued = Buffer.from(formatRecords(['{"x":1}', '{"y":2}'], 4));

  test('continue the journal from its last durable record, whatever is behind it', () => {
    const expected = { texts: [...all.slice(0, 3), '{"x":1}', '{"y":2}'], isTorn: false };
    expect(read(joinRescued(bytes.subarray(0, starts[2]), rescued))).toEqual(expected);
    expect(read(joinRescued(bytes.subarray(0, starts[2]! + 5), rescued))).toEqual(expected);
  });

  test('replace a journal that was never begun', () => {
    const whole = Buffer.from(formatRecords(all, 1));
    expect(read(joinRescued(new Uint8Array(), whole))).toEqual({ texts: all, isTorn: false });
  });

  test('that the journal has in the meantime, that do not reach it, or that are none, change nothing', () => {
    expect(joinRescued(bytes, rescued)).toBe(bytes);
    expect(joinRescued(bytes.subarray(0, starts[1]), rescued)).toEqual(bytes.subarray(0, starts[1]));
    expect(joinRescued(bytes, Buffer.from('rubbish'))).toBe(bytes);
  });
});
