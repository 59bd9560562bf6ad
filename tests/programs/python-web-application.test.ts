import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { ProgramStack } from './harness/program-stack.ts';
import { pythonEnvironment } from './harness/python.ts';

const sdk = pythonEnvironment(['pulumi==3.272.0', 'pulumi-aws==7.51.1', 'pulumi-awsx==3.11.0']);
const runtime = JSON.stringify({ name: 'python', options: { virtualenv: sdk.venv } });

// A web application as people write them, on the SDKs of AWS as they are; their providers are stood in for.
describe.runIf(sdk.kind === 'ready')(`a web application on pulumi_aws and pulumi_awsx of PyPI${sdk.why}`, () => {
  test('is previewed, made, left alone, changed and deleted, its components and their parts included', async () => {
    await using stack = await ProgramStack.create(
      {
        'Pulumi.yaml': `name: proj\nruntime: ${runtime}\nplugins:\n  providers:\n    - { name: aws, path: ./aws }\n    - { name: awsx, path: ./awsx }\n`,
        'aws/PulumiPlugin.yaml': `runtime: ${runtime}\n`,
        'awsx/PulumiPlugin.yaml': `runtime: ${runtime}\n`,
      },
      { copyOf: path.join(import.meta.dirname, 'fixtures/web-application') },
    );
    await stack.config('keyPairName', 'seldon');
    await stack.config('dbPassword', 'canary-in-the-database', { secret: true });
    expect((await stack.preview()).report.summary.changes).toEqual({ create: 19 });
    await stack.mustUp();
    expect(await (await stack.stack()).outputs()).toMatchObject({
      vpc_id: 'id-my-app-vpc',
      vpc_cidr_block: '10.0.0.0/16',
      public_subnet_ids: [1, 2, 3].map((n) => `id-my-app-vpc-public-${n}`),
      load_balancer_dns: 'my-app-alb.example',
      database_endpoint: 'my-app-db.example:5432',
    });
    expect((await stack.resource('my-app-lt')).inputs).toMatchObject({
      imageId: 'ami-of-getAmi',
      tagSpecifications: [{ resourceType: 'instance', tags: { Name: 'my-app-instance', Environment: 'dev' } }],
    });
    expect(JSON.stringify(await stack.exported())).not.toContain('canary');
    expect((await stack.mustUp()).report.summary.changes).toEqual({ same: 19 });
    await stack.config('environment', 'production');
    const changed = (await stack.mustUp()).steps.filter((step) => !step.startsWith('same'));
    expect(changed.sort()).toEqual(
      ['asg', 'db', 'db-subnet-group', 'lt', 'tg', 'vpc', 'web-sg'].map((name) => `update my-app-${name}`),
    );
    expect((await stack.destroy()).report.summary.changes).toEqual({ delete: 19 });
  });
});
