import { expect, test } from 'vitest';
import { createSegmentWriter, readSegments, type SegmentPort, sealSegments } from './segments.ts';
import { LogSealedError } from './store.ts';

function inMemory() {
  const segments = new Map<number, Uint8Array>();
  const port: SegmentPort = {
    create: async (number, bytes) => {
      const by = segments.get(number);
      if (by !== undefined) return { kind: 'taken', by };
      segments.set(number, bytes);
      return { kind: 'created' };
    },
    read: async () =>
      [...segments].map(([number, bytes]) => ({ number, bytes })).toSorted((a, b) => a.number - b.number),
    locate: (number) => `#${number}`,
  };
  return { segments, port };
}

const stop = Buffer.from('stop 0 11111111-1111-1111-1111-111111111111\n');
const whole = (bytes: Uint8Array) => bytes.length;
const text = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString();

async function written() {
  const { segments, port } = inMemory();
  const writer = createSegmentWriter(port, 'the log');
  for (const part of ['one,', 'two,', 'three']) await writer.append(Buffer.from(part));
  return { segments, port, writer };
}

test('stops ahead of a writer are no damage: somebody began to seal, and the next one finishes it', async () => {
  const { segments, port, writer } = await written();
  segments.set(7, stop);
  expect(await readSegments(port)).toMatchObject({ damage: undefined, isSealed: false });
  await writer.append(Buffer.from(',four'));
  expect(text((await sealSegments(port, whole))?.bytes)).toBe('one,two,three,four');
  await expect(writer.append(Buffer.from('late'))).rejects.toThrow(LogSealedError);
});

test('a damaged log is closed where its writer is, wherever stops stand, and keeps what can be read', async () => {
  const { segments, port, writer } = await written();
  segments.set(7, stop);
  segments.delete(2);
  const content = await sealSegments(port, whole);
  expect([text(content?.bytes), content?.damage, content?.isSealed]).toEqual([
    'one,three',
    'segment 2 (#2) is missing',
    false,
  ]);
  await expect(writer.append(Buffer.from('late'))).rejects.toThrow(LogSealedError);
  expect((await sealSegments(port, whole))?.damage).toBe('segment 2 (#2) is missing');
  expect([...segments.keys()].toSorted()).toEqual([1, 3, 4, 7]);
});
