import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

/** What has no end for longer than this is told in pieces: a process that writes on and on must not fill our memory. */
const lineLengthMax = 64 * 1024 * 1024;

/** Cuts a stream into lines of UTF-8 text, without their ends; the last one may lack its end. */
export function onLines(stream: Readable, onLine: (line: string) => void): void {
  const decoder = new StringDecoder('utf8');
  let pending: string[] = [];
  let pendingLength = 0;
  const take = (text: string) => {
    let from = 0;
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', from)) {
      pending.push(text.slice(from, end));
      const line = pending.join('');
      pending = [];
      pendingLength = 0;
      onLine(line.endsWith('\r') ? line.slice(0, -1) : line);
      from = end + 1;
    }
    if (from === text.length) return;
    pending.push(text.slice(from));
    pendingLength += text.length - from;
    if (pendingLength < lineLengthMax) return;
    onLine(pending.join(''));
    pending = [];
    pendingLength = 0;
  };
  stream.on('data', (chunk: Buffer) => take(decoder.write(chunk)));
  stream.on('end', () => {
    take(decoder.end());
    if (pending.length > 0) onLine(pending.join(''));
    pending = [];
  });
  // A pipe that breaks ends the text; how the process ended says the rest.
  stream.on('error', () => {});
}
