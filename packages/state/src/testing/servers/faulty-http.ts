import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FaultPlan } from './fault-plan.ts';

export interface FaultyProxy {
  /** What to connect to instead. */
  readonly address: string;
  readonly stop: () => Promise<void>;
}

/**
 * Stands between a client and an HTTP server, and does to each request what the plan says. When the server or the client
 * ends a connection of its own accord, the other one's ends too.
 */
export async function startFaultyHttp(target: string, plan: FaultPlan): Promise<FaultyProxy> {
  // A connection that is kept may be closed by the server just when it is used again.
  const agent = new Agent({ keepAlive: false });
  const server = createServer((incoming, response) => {
    serve(target, agent, plan, incoming, response).catch(() => incoming.socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    address: `http://127.0.0.1:${port}`,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      agent.destroy();
    },
  };
}

async function serve(
  target: string,
  agent: Agent,
  plan: FaultPlan,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const fault = plan.next(`${incoming.method} ${incoming.url}`);
  const body = await collect(incoming);
  const forward = () => send(target, agent, incoming, body);
  switch (fault) {
    case 'refused':
      incoming.socket.destroy();
      return;
    case 'overloaded':
    case 'denied':
    case 'full': {
      const [status, code, message] = refusals[fault];
      response.writeHead(status, { 'content-type': 'application/xml' });
      response.end(`<Error><Code>${code}</Code><Message>${message}</Message></Error>`);
      return;
    }
    case 'torn':
      await sendHalf(target, incoming, body);
      incoming.socket.destroy();
      return;
    case 'lost':
      await forward();
      incoming.socket.destroy();
      return;
    case 'late':
      incoming.socket.destroy();
      await sleep(plan.lateMs);
      await forward();
      return;
    case 'doubled':
      await forward();
      break;
    case 'stopped-before':
      await plan.stopped();
      break;
  }
  const answer = await forward();
  if (fault === 'stopped-after') await plan.stopped();
  response.writeHead(answer.status, answer.headers);
  response.end(answer.body);
}

const refusals = {
  overloaded: [503, 'SlowDown', 'Please reduce your request rate.'],
  denied: [403, 'AccessDenied', 'Access Denied.'],
  full: [507, 'InsufficientStorage', 'There is no space left.'],
} as const;

/** Says how long the body is, and sends half of it. */
async function sendHalf(target: string, { method, headers, url }: IncomingMessage, body: Buffer): Promise<void> {
  const outgoing = request(new URL(url!, target), { method: method!, headers });
  const ended = new Promise((resolve) => outgoing.once('close', resolve));
  outgoing.on('error', () => undefined);
  outgoing.write(body.subarray(0, body.length / 2), () => outgoing.destroy());
  await ended;
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

async function send(target: string, agent: Agent, incoming: IncomingMessage, body: Buffer): Promise<Answer> {
  return await new Promise((resolve, reject) => {
    const { method, headers, url } = incoming;
    const outgoing = request(new URL(url!, target), { agent, method: method!, headers }, (answer) => {
      const { 'transfer-encoding': _encoding, connection: _connection, ...rest } = answer.headers;
      collect(answer).then(
        (content) =>
          resolve({
            status: answer.statusCode!,
            // What HEAD says of the length is about the object.
            headers: method === 'HEAD' ? rest : { ...rest, 'content-length': String(content.length) },
            body: content,
          }),
        reject,
      );
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

async function collect(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
