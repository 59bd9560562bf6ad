import type { PropertyMap } from '@radiant/model';

interface Message {
  readonly method?: string;
  readonly params?: { readonly url?: string; readonly sourceMapURL?: string };
}

/**
 * Attaches as an editor does, and lets the program run to its end. Resolves with the maps of the sources that it loaded,
 * by the names of the files.
 */
export async function attachDebugger({ address, port }: PropertyMap): Promise<ReadonlyMap<string, string>> {
  const answer = await fetch(`http://${String(address)}:${String(port)}/json/list`);
  const [target] = (await answer.json()) as readonly { readonly webSocketDebuggerUrl: string }[];
  const socket = new WebSocket(target!.webSocketDebuggerUrl);
  await new Promise((resolve) => socket.addEventListener('open', resolve));
  const maps = new Map<string, string>();
  const ended = new Promise((resolve) => socket.addEventListener('close', resolve));
  let count = 0;
  const ask = (method: string, params: object = {}): void =>
    socket.send(JSON.stringify({ id: ++count, method, params }));
  socket.addEventListener('message', ({ data }) => {
    const { method, params } = JSON.parse(String(data)) as Message;
    if (method === 'Debugger.scriptParsed') maps.set(params?.url?.split('/').at(-1) ?? '', params?.sourceMapURL ?? '');
    if (method === 'Debugger.paused') ask('Debugger.resume');
    // The program waits for this, too, before it ends.
    if (method === 'NodeRuntime.waitingForDisconnect') socket.close();
  });
  ask('NodeRuntime.notifyWhenWaitingForDisconnect', { enabled: true });
  for (const method of ['Runtime.enable', 'Debugger.enable', 'Runtime.runIfWaitingForDebugger']) ask(method);
  await ended;
  return maps;
}
