import { OperationError, type OperationInfo, type ProgramOutcome, type PropertyMap } from '@radiant/model';
import { Empty } from '../messages/common-messages.ts';
import * as wire from '../messages/language-messages.ts';
import { writeProperties } from '../properties/write-properties.ts';
import { isUnimplemented } from '../provider-client/provider-errors.ts';
import { explained, type ProviderPeer } from '../provider-client/provider-rpc.ts';
import { type CallLog, loggingClient } from '../rpc/call-log.ts';
import { CallFailedError, connectGrpc, type GrpcClient } from '../transport/grpc-client.ts';

export interface LanguageConnection {
  /** Of Pulumi.yaml, or `client` for a program that lives in the process that serves. */
  readonly runtime: string;
  /** `HOST:PORT` */
  readonly address: string;
  /** The process that serves, when we have started it; ended with the connection. */
  readonly peer?: ProviderPeer;
  /** Hears of every call, secrets in the clear. */
  readonly log?: CallLog | undefined;
}

/** One run of a program. */
export interface LanguageRun {
  readonly info: OperationInfo;
  /** The configuration with its types and secrets. */
  readonly config: PropertyMap;
  /** Of the monitor and of the engine service. */
  readonly engineAddress: string;
  readonly projectDir: string;
  readonly programDir: string;
  readonly entryPoint: string;
  /** `runtime.options` of Pulumi.yaml. */
  readonly options: PropertyMap;
  readonly args: readonly string[];
  /** Whether the program is to wait for a debugger. */
  readonly attachesDebugger: boolean;
}

/** Whoever runs programs of one language: `pulumirpc.LanguageRuntime` (engine reference 1.2). */
export interface LanguageRuntime {
  /** Rejects with OperationError when the runtime itself fails. Ends as cancelled soon after the signal is aborted. */
  run(run: LanguageRun, signal: AbortSignal): Promise<ProgramOutcome>;
  close(): Promise<void>;
}

const readyWithinMs = 10_000;
const servicePath = '/pulumirpc.LanguageRuntime/';
/** How long a runtime gets to hear that it is over. */
const farewellMs = 1000;

/** Throws OperationError; a connection that fails leaves the process to the caller. */
export async function connectLanguage(connection: LanguageConnection): Promise<LanguageRuntime> {
  const { runtime, address, peer, log } = connection;
  const connected = await connectGrpc(address, readyWithinMs, peer?.ended).catch(async (error: unknown) => {
    throw languageError(runtime, await explained(error, peer, 'operation'));
  });
  const metadata = { kind: 'language', mode: 'client', name: runtime } as const;
  const client = log === undefined ? connected : loggingClient(connected, metadata, log);
  return {
    run: (run, signal) => runProgram(client, connection, run, signal),
    async close() {
      client.close();
      await peer?.stop();
    },
  };
}

async function runProgram(
  client: GrpcClient,
  { runtime, peer }: LanguageConnection,
  run: LanguageRun,
  signal: AbortSignal,
): Promise<ProgramOutcome> {
  if (peer !== undefined) await introduce(client, run);
  const answer = client.call(`${servicePath}Run`, wire.RunRequest, wire.RunResponse, runRequest(run));
  const outcome = answer.then(
    ({ error, bail }): ProgramOutcome => {
      if (bail) return { kind: 'failed-reported' };
      return error === '' ? { kind: 'finished' } : { kind: 'failed', message: error };
    },
    async (error: unknown): Promise<ProgramOutcome> => {
      // A program in the process that serves answers a failure of its own with an error (Pulumi: automation/server.ts).
      if (peer === undefined && error instanceof CallFailedError) return { kind: 'failed', message: error.details };
      throw languageError(runtime, await explained(error, peer, 'operation'));
    },
  );
  return await untilAborted(outcome, signal, () => cancel(client));
}

/** Older runtimes know of no handshake. */
async function introduce(client: GrpcClient, { engineAddress, projectDir, programDir }: LanguageRun): Promise<void> {
  const hello = wire.LanguageHandshakeRequest.of({
    engineAddress,
    rootDirectory: projectDir,
    programDirectory: programDir,
  });
  await client.call(`${servicePath}Handshake`, wire.LanguageHandshakeRequest, Empty, hello).catch((error: unknown) => {
    if (!isUnimplemented(error)) throw error;
  });
}

function runRequest(run: LanguageRun) {
  const { info, projectDir, programDir, entryPoint } = run;
  return wire.RunRequest.of({
    project: info.project,
    stack: info.stack,
    pwd: programDir,
    program: entryPoint,
    args: [...run.args],
    config: new Map(Object.entries(info.config)),
    dryRun: info.isDryRun,
    parallel: info.parallel,
    monitorAddress: run.engineAddress,
    configSecretKeys: [...info.configSecretKeys],
    organization: info.organization,
    attachDebugger: run.attachesDebugger,
    configPropertyMap: writeProperties(run.config),
    info: {
      rootDirectory: projectDir,
      programDirectory: programDir,
      entryPoint,
      options: writeProperties(run.options),
    },
  });
}

async function untilAborted(
  outcome: Promise<ProgramOutcome>,
  signal: AbortSignal,
  cancelProgram: () => Promise<void>,
): Promise<ProgramOutcome> {
  let onAbort = () => {};
  const aborted = new Promise<ProgramOutcome>((resolve) => {
    onAbort = () => void cancelProgram().then(() => resolve({ kind: 'cancelled' }));
  });
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([outcome, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
    outcome.catch(() => {});
  }
}

/** Best effort: not every runtime can be cancelled, and one that hangs is not waited for. */
async function cancel(client: GrpcClient): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, farewellMs);
  });
  await Promise.race([client.call(`${servicePath}Cancel`, Empty, Empty, {}).catch(() => {}), patience]);
  clearTimeout(timer);
}

function languageError(runtime: string, error: unknown): unknown {
  if (!(error instanceof CallFailedError)) return error;
  return new OperationError({
    code: 'LANGUAGE_FAILED',
    summary: `the runtime '${runtime}' failed: ${error.details || `gRPC code ${error.code}, and no words`}`,
    cause: error,
  });
}
