// A provider for tests, as a plugin that speaks gRPC itself: the package `testprovider`, with the resources that Pulumi's
// own tests use. What it makes are files in the folder TEST_WORLD, one for each thing, so that a test sees what is really
// there. TEST_PROVIDER says, in JSON, how it behaves: see `behaviour`.
'use strict';
const grpc = require('@grpc/grpc-js');
const { ResourceProviderService } = require('@pulumi/pulumi/proto/provider_grpc_pb.js');
const wire = require('@pulumi/pulumi/proto/provider_pb.js');
const { PluginInfo } = require('@pulumi/pulumi/proto/plugin_pb.js');
const { Empty } = require('google-protobuf/google/protobuf/empty_pb.js');
const { construct, upper } = require('./component.js');
const { misbehave } = require('./mischief.js');
const { kindOf } = require('./resources.js');
const { fail, logTo, objectOf, structOf } = require('./wire.js');
const { World } = require('./world.js');

const behaviour = {
  /** It knows no handshake, no secrets and no previews, as providers of old. */
  isLegacy: false,
  acceptSecrets: true,
  acceptResources: true,
  supportsAutonaming: true,
  /** Configuration that must be there. */
  requires: [],
  /** What it prints where its port is expected. */
  greeting: undefined,
  /** Whether it goes on when it is asked to end. */
  ignoresSigterm: false,
  /** What it does wrong, by the name of the call: see mischief.js. */
  mischief: {},
  ...JSON.parse(process.env.TEST_PROVIDER || '{}'),
};
const world = new World(process.env.TEST_WORLD || process.cwd());
let engineAddress = process.argv[2];
let config = {};
/** The package it serves; Parameterize makes it another. */
let packageName = 'testprovider';
let cancel;
const cancelled = new Promise((resolve) => (cancel = resolve));

const context = { world, cancelled, log: (urn, message) => logTo(engineAddress, urn, message) };

function kind(request) {
  return kindOf(request.getType(), packageName);
}

const rpcs = {
  handshake() {
    if (behaviour.isLegacy) fail(grpc.status.UNIMPLEMENTED, 'Handshake is not implemented');
    const reply = new wire.ProviderHandshakeResponse();
    reply.setAcceptSecrets(behaviour.acceptSecrets);
    reply.setAcceptResources(behaviour.acceptResources);
    reply.setAcceptOutputs(true);
    reply.setSupportsAutonamingConfiguration(behaviour.supportsAutonaming);
    return reply;
  },
  attach(request) {
    engineAddress = request.getAddress();
    return new Empty();
  },
  parameterize(request) {
    const value = request.getValue();
    const [name, version] = value ? [value.getName(), value.getVersion()] : request.getArgs().getArgsList();
    if (!name) fail(grpc.status.INVALID_ARGUMENT, 'a name and a version are needed');
    packageName = name;
    const reply = new wire.ParameterizeResponse();
    reply.setName(name);
    reply.setVersion(version || '1.0.0');
    return reply;
  },
  checkConfig(request) {
    const news = objectOf(request.getNews());
    const reply = new wire.CheckResponse();
    reply.setInputs(structOf(news));
    if (news.prefix === 'bad') {
      const failure = new wire.CheckFailure();
      failure.setProperty('prefix');
      failure.setReason('this prefix is bad');
      reply.addFailures(failure);
    }
    return reply;
  },
  diffConfig(request) {
    const [olds, news] = [objectOf(request.getOldInputs()), objectOf(request.getNews())];
    const reply = new wire.DiffResponse();
    const isSame = JSON.stringify(olds) === JSON.stringify(news);
    reply.setChanges(isSame ? wire.DiffResponse.DiffChanges.DIFF_NONE : wire.DiffResponse.DiffChanges.DIFF_SOME);
    if (olds.region !== news.region) reply.setReplacesList(['region']);
    return reply;
  },
  configure(request) {
    config = Object.fromEntries(
      request
        .getVariablesMap()
        .toArray()
        .map(([key, value]) => [key.split(':').at(-1), value]),
    );
    const missing = behaviour.requires.filter((key) => config[key] === undefined);
    if (missing.length > 0) failWithMissingKeys(missing);
    context.prefix = config.prefix ?? '';
    const reply = new wire.ConfigureResponse();
    reply.setAcceptsecrets(behaviour.acceptSecrets && !behaviour.isLegacy);
    reply.setAcceptresources(behaviour.acceptResources && !behaviour.isLegacy);
    reply.setSupportspreview(!behaviour.isLegacy);
    return reply;
  },
  async check(request) {
    const { inputs, failures } = await kind(request).check(
      {
        urn: request.getUrn(),
        olds: objectOf(request.getOlds()),
        news: objectOf(request.getNews()),
        seed: Buffer.from(request.getRandomseed()),
        autonaming: request.getAutonaming()?.toObject(),
      },
      context,
    );
    const reply = new wire.CheckResponse();
    reply.setInputs(structOf(inputs));
    for (const [property, reason] of failures ?? []) {
      const failure = new wire.CheckFailure();
      failure.setProperty(property);
      failure.setReason(reason);
      reply.addFailures(failure);
    }
    return reply;
  },
  diff(request) {
    const olds = objectOf(request.getOldInputs());
    const news = objectOf(request.getNews());
    const ignored = new Set(request.getIgnorechangesList());
    const keys = [...new Set([...Object.keys(olds), ...Object.keys(news)])];
    const changed = keys.filter((key) => !ignored.has(key) && JSON.stringify(olds[key]) !== JSON.stringify(news[key]));
    const { replaces, deleteBeforeReplace } = kind(request).replacement(changed, olds, news);
    const reply = new wire.DiffResponse();
    const { DIFF_NONE, DIFF_SOME } = wire.DiffResponse.DiffChanges;
    reply.setChanges(changed.length === 0 ? DIFF_NONE : DIFF_SOME);
    reply.setReplacesList(replaces);
    reply.setDiffsList(changed);
    reply.setDeletebeforereplace(deleteBeforeReplace);
    reply.setHasdetaileddiff(true);
    for (const key of changed) {
      const property = new wire.PropertyDiff();
      property.setKind(replaces.includes(key) ? wire.PropertyDiff.Kind.UPDATE_REPLACE : wire.PropertyDiff.Kind.UPDATE);
      property.setInputdiff(true);
      reply.getDetaileddiffMap().set(key, property);
    }
    return reply;
  },
  async create(request) {
    const inputs = objectOf(request.getProperties());
    const reply = new wire.CreateResponse();
    const urn = request.getUrn();
    if (request.getPreview()) {
      reply.setProperties(structOf(kind(request).foreseen(inputs)));
      return reply;
    }
    const { id, outputs } = await kind(request).create({ urn, inputs, timeout: request.getTimeout() }, context);
    reply.setId(id);
    reply.setProperties(structOf(outputs));
    reply.setRefreshBeforeUpdate(kind(request).refreshBeforeUpdate);
    return reply;
  },
  read(request) {
    const reply = new wire.ReadResponse();
    const thing = world.read(request.getId());
    if (thing === undefined) return reply;
    reply.setId(request.getId());
    reply.setInputs(structOf(thing.inputs));
    reply.setProperties(structOf(thing.outputs));
    reply.setRefreshBeforeUpdate(kind(request).refreshBeforeUpdate);
    return reply;
  },
  async update(request) {
    const reply = new wire.UpdateResponse();
    const inputs = objectOf(request.getNews());
    const olds = objectOf(request.getOlds());
    if (request.getPreview()) {
      reply.setProperties(structOf({ ...olds, ...inputs }));
      return reply;
    }
    const { outputs } = await kind(request).update(
      { urn: request.getUrn(), id: request.getId(), olds, inputs, timeout: request.getTimeout() },
      context,
    );
    reply.setProperties(structOf(outputs));
    reply.setRefreshBeforeUpdate(kind(request).refreshBeforeUpdate);
    return reply;
  },
  async delete(request) {
    await kind(request).delete({ urn: request.getUrn(), id: request.getId() }, context);
    return new Empty();
  },
  invoke(request) {
    const args = objectOf(request.getArgs());
    const reply = new wire.InvokeResponse();
    const name = request.getTok().split(':').at(-1);
    if (name === 'throw') fail(grpc.status.INTERNAL, 'the function throws');
    if (name === 'echo') reply.setReturn(structOf(args));
    else if (name === 'config')
      reply.setReturn(structOf({ ...config, env: process.env[String(args.variable)] ?? null }));
    else fail(grpc.status.NOT_FOUND, `there is no function ${request.getTok()}`);
    return reply;
  },
  construct: (request) => construct(request, packageName),
  call: (request) => upper(request),
  cancel() {
    cancel();
    return new Empty();
  },
  getPluginInfo() {
    const info = new PluginInfo();
    info.setVersion('1.0.0');
    return info;
  },
};

function failWithMissingKeys(names) {
  const details = new wire.ConfigureErrorMissingKeys();
  for (const name of names) {
    const key = new wire.ConfigureErrorMissingKeys.MissingKey();
    key.setName(name);
    key.setDescription(`what ${name} is for`);
    details.addMissingkeys(key);
  }
  fail(grpc.status.INVALID_ARGUMENT, 'configuration is missing', ['ConfigureErrorMissingKeys', details]);
}

/** What a call throws is its answer: a status of gRPC, with details where there are some. */
function serve(name, rpc) {
  return ({ request }, callback) =>
    Promise.resolve()
      .then(() => misbehave(name, behaviour.mischief[name], request, async () => rpc(request), context))
      .then(
        (reply) => callback(null, reply),
        (error) => callback(error),
      );
}

/** As the service is defined, but for answers that are bytes already. */
function definition(method) {
  const { responseSerialize } = method;
  return { ...method, responseSerialize: (reply) => (Buffer.isBuffer(reply) ? reply : responseSerialize(reply)) };
}

const service = Object.fromEntries(
  Object.entries(ResourceProviderService).map(([name, method]) => [name, definition(method)]),
);
if (behaviour.ignoresSigterm) process.on('SIGTERM', () => {});
const bytesMax = 400 * 1024 * 1024;
const server = new grpc.Server({
  'grpc.max_receive_message_length': bytesMax,
  'grpc.max_send_message_length': bytesMax,
});
server.addService(service, Object.fromEntries(Object.entries(rpcs).map(([name, rpc]) => [name, serve(name, rpc)])));
server.bindAsync(`127.0.0.1:${process.env.TEST_PORT ?? 0}`, grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  console.log(behaviour.greeting ?? port);
  console.error(`serving ${packageName} from ${process.cwd()}`);
});
