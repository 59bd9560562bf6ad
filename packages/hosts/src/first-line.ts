import type { Readable } from 'node:stream';

/** How a stream of text begins. `text` is without the line's end. */
export type FirstLine =
  | { readonly kind: 'line'; readonly text: string }
  /** It ended, and this is all it had. */
  | { readonly kind: 'ended'; readonly text: string }
  /** There is more than a line may have, and no end of it. */
  | { readonly kind: 'endless'; readonly text: string };

/** The first line of a stream, which is paused then: what follows stays to be read. */
export function firstLine(stream: Readable, bytesMax: number): Promise<FirstLine> {
  return new Promise((resolve) => {
    let seen: Buffer = Buffer.alloc(0);
    const settle = (kind: FirstLine['kind'], end: number) => {
      stream.off('data', onData).off('end', onEnd).off('error', onEnd).pause();
      resolve({ kind, text: seen.subarray(0, end).toString('utf8').trimEnd() });
    };
    const onData = (chunk: Buffer) => {
      seen = Buffer.concat([seen, chunk]);
      const end = seen.indexOf('\n');
      if (end === -1 && seen.length <= bytesMax) return;
      settle(end === -1 ? 'endless' : 'line', end === -1 ? bytesMax : end);
      const rest = end === -1 ? Buffer.alloc(0) : seen.subarray(end + 1);
      if (rest.length > 0) stream.unshift(rest);
    };
    const onEnd = () => settle('ended', seen.length);
    stream.on('data', onData).once('end', onEnd).once('error', onEnd);
  });
}
