import { once } from 'node:events';
import { connect } from 'node:net';

interface Message {
  readonly type: string;
  readonly event?: string;
}

/**
 * Attaches to debugpy as an editor does (Debug Adapter Protocol), and lets the program run to its end. Resolves when it
 * has ended.
 */
export async function attachDebugpy(host: string, port: number): Promise<void> {
  const socket = connect(port, host);
  await once(socket, 'connect');
  let count = 0;
  const ask = (command: string, args: object = {}): void => {
    const body = JSON.stringify({ seq: ++count, type: 'request', command, arguments: args });
    socket.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  };
  let text = '';
  socket.setEncoding('utf8').on('data', (chunk) => {
    text += chunk;
    for (const { type, event } of takeMessages()) {
      if (type === 'event' && event === 'initialized') ask('configurationDone');
      if (type === 'event' && event === 'terminated') socket.end();
    }
  });
  /** What debugpy says is ASCII, so that bytes are characters. */
  const takeMessages = (): readonly Message[] => {
    const messages: Message[] = [];
    for (;;) {
      const [head = '', length] = /^Content-Length: (\d+)\r\n\r\n/.exec(text) ?? [];
      const end = head.length + Number(length);
      if (length === undefined || text.length < end) return messages;
      messages.push(JSON.parse(text.slice(head.length, end)) as Message);
      text = text.slice(end);
    }
  };
  ask('initialize', { adapterID: 'test', pathFormat: 'path' });
  ask('attach', { justMyCode: false });
  await once(socket, 'close');
}
