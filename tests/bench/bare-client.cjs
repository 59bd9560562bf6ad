// The floor of dynamic resources beside the program's own: the provider process that runs them, driven by a client
// that does nothing else. Checks and creates every resource, as many at a time as an engine would.
//   node bare-client.cjs COUNT PARALLEL PROVIDER_TEXT_FILE, in the folder of the program.
'use strict';
const { spawn } = require('node:child_process');
const { readFileSync } = require('node:fs');
const { createRequire } = require('node:module');
const { once } = require('node:events');

const [count, parallel, providerFile] = [Number(process.argv[2]), Number(process.argv[3]), process.argv[4]];
const sdk = createRequire(`${process.cwd()}/program.js`);
const grpc = createRequire(sdk.resolve('@pulumi/pulumi/package.json'))('@grpc/grpc-js');
const { ResourceProviderClient } = sdk('@pulumi/pulumi/proto/provider_grpc_pb.js');
const wire = sdk('@pulumi/pulumi/proto/provider_pb.js');
const { Struct } = createRequire(sdk.resolve('@pulumi/pulumi/package.json'))(
  'google-protobuf/google/protobuf/struct_pb.js',
);

async function main() {
  const provider = readFileSync(providerFile, 'utf8');
  const child = spawn(process.execPath, [sdk.resolve('@pulumi/pulumi/cmd/dynamic-provider'), '127.0.0.1:1'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [port] = await once(child.stdout, 'data');
  const client = new ResourceProviderClient(`127.0.0.1:${String(port).trim()}`, grpc.credentials.createInsecure());
  const call = (method, request) =>
    new Promise((resolve, reject) =>
      client[method](request, (error, reply) => (error ? reject(error) : resolve(reply))),
    );
  const configure = new wire.ConfigureRequest();
  configure.setArgs(Struct.fromJavaScript({}));
  await call('configure', configure);
  let next = 0;
  const work = async () => {
    while (next < count) {
      const index = next++;
      const urn = `urn:pulumi:s::p::pulumi-nodejs:dynamic:Resource::thing-${index}`;
      const check = new wire.CheckRequest();
      check.setUrn(urn);
      check.setOlds(Struct.fromJavaScript({}));
      check.setNews(Struct.fromJavaScript({ index, label: `thing ${index}`, __provider: provider }));
      const checked = await call('check', check);
      const create = new wire.CreateRequest();
      create.setUrn(urn);
      create.setProperties(checked.getInputs());
      const created = await call('create', create);
      if (created.getId() === '') throw new Error('nothing was created');
    }
  };
  await Promise.all(Array.from({ length: parallel }, work));
  client.close();
  child.kill();
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
