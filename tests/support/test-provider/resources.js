'use strict';
const { randomBytes, createHash } = require('node:crypto');
const grpc = require('@grpc/grpc-js');
const { ErrorResourceInitFailed } = require('@pulumi/pulumi/proto/provider_pb.js');
const { fail, structOf } = require('./wire.js');

/** What all kinds share: everything can be changed in place, and outputs are the inputs. */
class Echo {
  refreshBeforeUpdate = false;

  async check({ news }) {
    return { inputs: news };
  }

  replacement() {
    return { replaces: [], deleteBeforeReplace: false };
  }

  /** The outputs of a creation that did not happen yet. */
  foreseen(inputs) {
    return inputs;
  }

  idOf({ urn }, { prefix }) {
    return `${prefix}${urn.split('::').at(-1)}-${randomBytes(4).toString('hex')}`;
  }

  outputsOf(inputs) {
    return inputs;
  }

  async create(request, context) {
    const { urn, inputs } = request;
    if (inputs.say !== undefined) await context.log(urn, inputs.say);
    const id = this.idOf(request, context);
    const outputs = this.outputsOf(inputs);
    context.world.write(id, { urn, inputs, outputs, timeout: request.timeout });
    return { id, outputs };
  }

  async update({ urn, id, olds, inputs, timeout }, { world }) {
    const outputs = { ...olds, ...this.outputsOf(inputs) };
    world.write(id, { urn, inputs, outputs, timeout });
    return { outputs };
  }

  async delete({ id }, { world }) {
    world.remove(id);
  }
}

/** A text that chance makes; another length is another thing. */
class Random extends Echo {
  replacement(changed) {
    return { replaces: changed.filter((key) => key === 'length'), deleteBeforeReplace: false };
  }

  async check({ news }) {
    const isNumber = typeof news.length === 'number' && news.length > 0;
    return { inputs: news, failures: isNumber ? [] : [['length', 'a length above 0 is needed']] };
  }

  async create({ urn, inputs }, { world }) {
    const result = randomBytes(inputs.length).toString('hex').slice(0, inputs.length);
    const outputs = { ...inputs, result };
    world.write(result, { urn, inputs, outputs });
    return { id: result, outputs };
  }
}

/** Its name is its id, and there can be only one of a name. A nameless one is given a name. */
class Named extends Echo {
  async check({ urn, olds, news, seed, autonaming }) {
    if (news.name !== undefined) return { inputs: news };
    const chance = createHash('sha256').update(seed).digest('hex').slice(0, 7);
    const name = olds.name ?? autonaming?.proposedName ?? `${urn.split('::').at(-1)}-${chance}`;
    return { inputs: { ...news, name } };
  }

  replacement(changed, olds, news) {
    const replaces = changed.filter((key) => key === 'name' || key === 'kind');
    return { replaces, deleteBeforeReplace: replaces.length > 0 && olds.name === news.name };
  }

  idOf({ inputs }, { prefix, world }) {
    const id = `${prefix}${inputs.name}`;
    if (world.has(id)) fail(grpc.status.ALREADY_EXISTS, `there is something of the name ${id} already`);
    return id;
  }
}

class FailsOnCreate extends Echo {
  async create() {
    fail(grpc.status.INVALID_ARGUMENT, 'it cannot be created');
  }
}

class FailsOnUpdate extends Echo {
  async update() {
    fail(grpc.status.INVALID_ARGUMENT, 'it cannot be updated');
  }
}

class FailsOnDelete extends Echo {
  async delete() {
    fail(grpc.status.FAILED_PRECONDITION, 'it cannot be deleted');
  }
}

/** Cannot be deleted while the world has a file `stuck`. */
class Sticky extends Echo {
  async delete(request, context) {
    if (context.world.isMarked('stuck')) fail(grpc.status.FAILED_PRECONDITION, 'it is stuck');
    return super.delete(request, context);
  }
}

/** Fails once when the world has a file `busy`, whatever it is asked. */
class Flaky extends Echo {
  async create(request, context) {
    assertNotBusy(context);
    return super.create(request, context);
  }

  async update(request, context) {
    assertNotBusy(context);
    return super.update(request, context);
  }

  async delete(request, context) {
    assertNotBusy(context);
    return super.delete(request, context);
  }
}

function assertNotBusy({ world }) {
  if (world.isAskedFor('busy')) fail(grpc.status.RESOURCE_EXHAUSTED, 'it is busy');
}

/** Wants to be read before each update. */
class Watched extends Echo {
  refreshBeforeUpdate = true;
}

/** Is made when the world has a file `go`, whoever wants it cancelled. */
class Slow extends Echo {
  async create(request, context) {
    const began = `began ${request.urn.split('::').at(-1)}`;
    context.world.write(began, {});
    while (!context.world.isMarked('go')) await new Promise((resolve) => setTimeout(resolve, 20));
    context.world.remove(began);
    return super.create(request, context);
  }
}

/** Fails in a way that does not tell whether it happened. */
class Vague extends Echo {
  async create() {
    fail(grpc.status.INTERNAL, 'something went wrong somewhere');
  }
}

/** Exists at once, and is ready when its input `ready` says so. */
class HalfReady extends Echo {
  async create(request, context) {
    const { id, outputs } = await super.create(request, context);
    return this.judged(id, request.inputs, outputs) ?? { id, outputs };
  }

  async update(request, context) {
    const { outputs } = await super.update(request, context);
    return this.judged(request.id, request.inputs, outputs) ?? { outputs };
  }

  judged(id, inputs, outputs) {
    if (inputs.ready === true) return undefined;
    const details = new ErrorResourceInitFailed();
    details.setId(id);
    details.setProperties(structOf(outputs));
    details.setInputs(structOf(inputs));
    details.setReasonsList(['it never got ready']);
    fail(grpc.status.UNKNOWN, 'initialisation failed', ['ErrorResourceInitFailed', details]);
  }
}

/** Takes the whole process with it, when the world has a file `crash-before` or `crash-after`. */
class Crashing extends Echo {
  async create(request, context) {
    if (context.world.isAskedFor('crash-before')) crash();
    const answer = await super.create(request, context);
    if (context.world.isAskedFor('crash-after')) crash();
    return answer;
  }
}

function crash() {
  console.error('a wild pointer appears');
  process.exit(66);
}

/** Is never done before it is cancelled. */
class Endless extends Echo {
  async create({ urn }, { world, cancelled }) {
    world.write(`began ${urn.split('::').at(-1)}`, {});
    await cancelled;
    world.remove(`began ${urn.split('::').at(-1)}`);
    fail(grpc.status.CANCELLED, 'it was cancelled before it was made');
  }
}

/** Answers with what is no answer: without an id, or with an asset that has nothing in it. */
class Lying extends Echo {
  async create({ urn, inputs }, { world }) {
    world.write('lie', { urn, inputs, outputs: {} });
    const asset = { '4dabf18193072939515e22adb298388d': 'c44067f5952c0a294b673a41bacd8c17' };
    return { id: inputs.known ?? '', outputs: { asset } };
  }
}

const kinds = {
  Random: new Random(),
  Echo: new Echo(),
  Named: new Named(),
  FailsOnCreate: new FailsOnCreate(),
  FailsOnUpdate: new FailsOnUpdate(),
  FailsOnDelete: new FailsOnDelete(),
  Sticky: new Sticky(),
  Flaky: new Flaky(),
  Watched: new Watched(),
  Slow: new Slow(),
  Vague: new Vague(),
  HalfReady: new HalfReady(),
  Crashing: new Crashing(),
  Endless: new Endless(),
  Lying: new Lying(),
};

function kindOf(type, packageName) {
  const [served, , name] = type.split(':');
  const kind = served === packageName ? kinds[name] : undefined;
  return kind ?? fail(grpc.status.INVALID_ARGUMENT, `${packageName} has no resource ${type}`);
}

module.exports = { kindOf };
