import { execFileSync, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { startServer } from './child-server.ts';

/** Made once for a machine. */
const venv = join(tmpdir(), 'radiant-moto');
const isInstalled = process.env.S3_SERVER !== undefined || spawnSync('moto_server', ['--help']).status === 0;
const canInstall = spawnSync('python3', ['-c', 'import venv, ensurepip']).status === 0;

/** Why there is no S3 server on this machine; undefined when there can be one. */
export const noS3Server =
  isInstalled || canInstall ? undefined : 'skipped: this machine has neither moto_server nor python3 with venv';

export interface S3Server {
  readonly endpoint: string;
  /** The URL of a bucket that nobody else uses. */
  readonly newBucket: () => Promise<string>;
  readonly stop: () => Promise<void>;
}

export const testCredentials = { accessKeyId: 'test', secretAccessKey: 'test' };

/** An S3 server that honours conditional writes: moto, from PyPI, or versitygw, which is quicker, where S3_SERVER is its path. */
export async function startS3Server(): Promise<S3Server> {
  const gateway = process.env.S3_SERVER;
  const { endpoint, stop } = gateway === undefined ? await startMoto() : await startGateway(gateway);
  const client = new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true, credentials: testCredentials });
  return {
    endpoint,
    newBucket: async () => {
      const bucket = `states-${randomUUID()}`;
      await client.send(new CreateBucketCommand({ Bucket: bucket }));
      return `s3://${bucket}/team?region=us-east-1&endpoint=${endpoint}&s3ForcePathStyle=true`;
    },
    stop: async () => {
      client.destroy();
      await stop();
    },
  };
}

async function startMoto() {
  let endpoint = '';
  const server = await startServer(motoCommand(), ['-H', '127.0.0.1', '-p', '0'], {}, (output) => {
    endpoint = /Running on (http:\/\/127\.0\.0\.1:\d+)/.exec(output)?.[1] ?? '';
    return endpoint !== '';
  });
  return { endpoint, stop: server.stop };
}

async function startGateway(command: string) {
  const folder = mkdtempSync(join(tmpdir(), 'radiant-s3-'));
  const port = await freePort();
  const { accessKeyId, secretAccessKey } = testCredentials;
  const env = { ...process.env, ROOT_ACCESS_KEY: accessKeyId, ROOT_SECRET_KEY: secretAccessKey };
  const server = await startServer(command, ['--port', `127.0.0.1:${port}`, 'posix', folder], { env }, (output) =>
    output.includes(`http://127.0.0.1:${port}`),
  );
  return {
    endpoint: `http://127.0.0.1:${port}`,
    stop: async () => {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function motoCommand(): string {
  if (isInstalled) return 'moto_server';
  const ready = join(venv, 'ready');
  if (!existsSync(ready)) {
    execFileSync('python3', ['-m', 'venv', venv]);
    const packages = ['moto[server]==5.2.1'];
    execFileSync(join(venv, 'bin/python'), ['-m', 'pip', 'install', '-q', ...packages], { timeout: 240_000 });
    writeFileSync(ready, '');
  }
  return join(venv, 'bin/moto_server');
}
