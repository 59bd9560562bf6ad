import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { createCluster } from '@radiant/cluster';
import type { ProgramStack } from './program-stack.ts';

/** An embedded cluster in the test's process. */
export interface TestCluster extends AsyncDisposable {
  /** Makes it the cluster of a stack's programs. */
  serve(stack: ProgramStack): void;
}

export async function startCluster(): Promise<TestCluster> {
  const cluster = createCluster();
  const { kubeconfig } = await cluster.listen();
  return {
    serve(stack) {
      const file = path.join(stack.dir, '.kubeconfig');
      writeFileSync(file, kubeconfig, { mode: 0o600 });
      stack.env.KUBECONFIG = file;
      stack.env.RADIANT_CLUSTER = undefined;
    },
    [Symbol.asyncDispose]: () => cluster.close(),
  };
}
