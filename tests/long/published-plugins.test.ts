import { describe, expect, test } from 'vitest';
import { ProgramStack, wires } from '../programs/harness/program-stack.ts';
import { skippedWithout } from '../support/on-path.ts';
import { processesWithEnv } from '../support/processes.ts';

/**
 * Plugins that Pulumi publishes, as their authors wrote them: docs/plugins.md says how they are built. They need neither an
 * account nor a network.
 */
const { isSkipped, why } = skippedWithout(['pulumi-resource-random', 'pulumi-resource-tls']);

const program = `import * as pulumi from '@pulumi/pulumi';
const config = new pulumi.Config();
class Thing extends pulumi.CustomResource {
  constructor(type: string, name: string, outputs: string[], props: object, opts?: pulumi.CustomResourceOptions) {
    super(type, name, { ...Object.fromEntries(outputs.map((output) => [output, undefined])), ...props }, opts);
  }
}
const pet: any = new Thing('random:index/randomPet:RandomPet', 'pet', [], { length: config.getNumber('words') ?? 2 });
const password: any = new Thing('random:index/randomPassword:RandomPassword', 'password', ['result'], { length: 16, keepers: { of: pet.id } },
  { additionalSecretOutputs: ['result'] });
const number: any = new Thing('random:index/randomInteger:RandomInteger', 'number', ['result'], { min: 1, max: 100 },
  config.get('number') ? { import: config.get('number') } : {});
const key: any = new Thing('tls:index/privateKey:PrivateKey', 'key', ['privateKeyPem'], { algorithm: 'ED25519' },
  { additionalSecretOutputs: ['privateKeyPem'] });
const certificate: any = new Thing('tls:index/selfSignedCert:SelfSignedCert', 'certificate', ['certPem'], {
  privateKeyPem: key.privateKeyPem,
  validityPeriodHours: config.getNumber('hours') ?? 24,
  allowedUses: ['server_auth'],
  subject: { commonName: pulumi.interpolate\`\${pet.id}.example.com\` },
});
export const name = pet.id;
export const secret = password.result;
export const drawn = number.result;
export const pem = certificate.certPem;
export const fingerprint = pulumi.runtime.invokeOutput('tls:index/getPublicKey:getPublicKey', { privateKeyPem: key.privateKeyPem });
`;

describe.each(wires)(`published plugins over the %s wire${why}`, (wire) => {
  test.skipIf(isSkipped)('live through a stack from its preview to its destruction', async () => {
    await using stack = await ProgramStack.create({ 'index.ts': program }, { wire });
    await stack.config('number', '15,1,100');
    expect((await stack.preview()).errors).toEqual([]);
    const first = await stack.mustUp();
    expect(first.steps).toEqual(expect.arrayContaining(['create pet', 'import number', 'create certificate']));
    const outputs = await (await stack.stack()).outputs();
    expect(outputs).toMatchObject({ secret: '[secret]', drawn: 15, pem: expect.stringContaining('BEGIN CERTIFICATE') });
    expect(JSON.stringify(await stack.exported())).not.toContain('PRIVATE KEY');
    expect((await stack.mustUp()).report.summary.changes).toEqual({ same: 6 });
    await stack.config('words', '3');
    const changed = await stack.mustUp();
    // What is named after the pet is made anew with it.
    expect(changed.report.summary.changes).toEqual({ replace: 3, same: 3 });
    const refreshed = await stack.refresh();
    expect([refreshed.errors, refreshed.report.summary.changes]).toEqual([[], { same: 6 }]);
    expect((await stack.mustUp()).report.summary.changes).toEqual({ same: 6 });
    expect((await stack.destroy()).errors).toEqual([]);
    expect((await stack.exported()).resources).toEqual([]);
    expect(await processesWithEnv(stack.env.RADIANT_HOME!)).toEqual([]);
  });
});
