import type { Session } from 'node:inspector';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { loadReal, once, orReal, provideModule } from './loading.ts';
import { followPromisesLightly } from './promise-leaks.ts';

/**
 * Has the SDK load on first use what most programs never need: the compiler, arborist and the inspector, which only
 * closure serialisation uses, and the tracing libraries. Together they take longer than the rest of the SDK. And has it
 * take no traces that nobody will see.
 */
export function loadHeavyModulesLate(sdkDir: string): void {
  loadSerialiserLate(sdkDir);
  openInspectorLate(join(sdkDir, 'runtime', 'closure', 'v8Hooks.js'));
  if (!process.env.PULUMI_DEBUG_PROMISE_LEAKS) followPromisesLightly(sdkDir);
  const isTraced = Boolean(process.env.TRACEPARENT) || process.argv.includes('--tracing');
  if (!isTraced) loadTracingLate(join(sdkDir, 'cmd', 'run', 'tracing.js'));
}

function loadSerialiserLate(sdkDir: string): void {
  const serialiser = join(sdkDir, 'runtime', 'closure', 'codePaths.js');
  try {
    const arborist = createRequire(serialiser).resolve('@npmcli/arborist');
    provideModule(arborist, () => standIn(() => loadReal(arborist)));
  } catch {
    // An SDK that comes without it has nothing to wait for.
  }
  // The SDK's one way to the compiler, the program's or its own.
  const compiler = join(sdkDir, 'typescript-shim.js');
  provideModule(compiler, () => standIn(() => loadReal(compiler)));
}

type Exports = Record<PropertyKey, unknown>;

function standIn(load: () => unknown): unknown {
  const get = once(load) as () => Exports;
  return new Proxy(Object.create(null), {
    get: (_, key) => {
      // `__importStar` copies a module that does not claim to be one, which would load it.
      if (key === '__esModule') return true;
      return key === 'default' ? (get().default ?? get()) : get()[key];
    },
    set: (_, key, value) => Reflect.set(get(), key, value),
    has: (_, key) => key in get(),
    ownKeys: () => Reflect.ownKeys(get()),
    getOwnPropertyDescriptor: (_, key) => {
      const descriptor = Reflect.getOwnPropertyDescriptor(get(), key);
      return descriptor === undefined ? undefined : { ...descriptor, configurable: true };
    },
  });
}

/**
 * The inspector tells which file a function comes from. It also tells of every script loaded before it was opened, so
 * that it need not be open from the start, where it slows the whole program.
 */
function openInspectorLate(path: string): void {
  provideModule(path, () => {
    setFlagsFromString('--allow-natives-syntax');
    const urls = new Map<string, string>();
    const open = once(() => openSession(path, urls));
    return orReal(path, {
      isInitializedAsync: async () => {},
      getSessionAsync: open,
      getScriptUrl: (scriptId: string) => urls.get(scriptId),
    });
  });
}

async function openSession(path: string, urls: Map<string, string>): Promise<Session> {
  const inspector = createRequire(path)('node:inspector') as typeof import('node:inspector');
  const session = new inspector.Session();
  session.connect();
  session.addListener('Debugger.scriptParsed', ({ params }) => urls.set(params.scriptId, params.url));
  await new Promise<void>((resolve, reject) => {
    session.post('Debugger.enable', (error) => (error === null ? resolve() : reject(error)));
  });
  return session;
}

interface OpenTelemetry {
  readonly trace: {
    getTracer(name: string): { startSpan(name: string, options: undefined, context: unknown): unknown };
    getActiveSpan(): unknown;
    setSpan(context: unknown, span: unknown): unknown;
  };
  readonly context: { active(): unknown };
}

/** Without a tracing endpoint the SDK makes spans that go nowhere, for which its API library alone is enough. */
function loadTracingLate(path: string): void {
  provideModule(path, () => {
    const { trace, context } = createRequire(path)('@opentelemetry/api') as OpenTelemetry;
    return orReal(path, {
      newSpan(name: string) {
        const parent = trace.setSpan(context.active(), trace.getActiveSpan());
        return trace.getTracer('nodejs-runtime').startSpan(name, undefined, parent);
      },
    });
  });
}
