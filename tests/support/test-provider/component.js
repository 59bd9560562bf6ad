'use strict';
const grpc = require('@grpc/grpc-js');
const { ConstructResponse, CallResponse } = require('@pulumi/pulumi/proto/provider_pb.js');
const { ResourceMonitorClient } = require('@pulumi/pulumi/proto/resource_grpc_pb.js');
const { RegisterResourceOutputsRequest, RegisterResourceRequest } = require('@pulumi/pulumi/proto/resource_pb.js');
const { fail, objectOf, structOf } = require('./wire.js');

/** `Component`: one Echo and one Random beside it, declared over the monitor without an SDK. */
async function construct(request, packageName) {
  if (request.getType() !== `${packageName}:index:Component`)
    fail(grpc.status.INVALID_ARGUMENT, `${packageName} has no component ${request.getType()}`);
  const monitor = new ResourceMonitorClient(request.getMonitorendpoint(), grpc.credentials.createInsecure());
  const call = (method, message) =>
    new Promise((resolve, reject) =>
      monitor[method](message, (error, reply) => (error ? reject(error) : resolve(reply))),
    );
  const register = (type, name, properties, parent, custom) => {
    const message = new RegisterResourceRequest();
    message.setType(`${packageName}:index:${type}`);
    message.setName(name);
    message.setParent(parent);
    message.setCustom(custom);
    message.setObject(structOf(properties));
    message.setAcceptsecrets(true);
    message.setAliasspecs(true);
    return call('registerResource', message);
  };
  try {
    const name = request.getName();
    const inputs = objectOf(request.getInputs());
    const component = await register('Component', name, inputs, request.getParent(), false);
    const urn = component.getUrn();
    const echo = await register('Echo', `${name}-echo`, { echo: inputs.echo ?? null }, urn, true);
    const random = await register('Random', `${name}-random`, { length: 8 }, urn, true);
    const outputs = {
      echo: objectOf(echo.getObject()).echo ?? null,
      result: objectOf(random.getObject()).result ?? '04da6b54-80e4-46f7-96ec-b56ff0331ba9',
    };
    const done = new RegisterResourceOutputsRequest();
    done.setUrn(urn);
    done.setOutputs(structOf(outputs));
    await call('registerResourceOutputs', done);
    const reply = new ConstructResponse();
    reply.setUrn(urn);
    reply.setState(structOf(outputs));
    return reply;
  } finally {
    monitor.close();
  }
}

/** The method `upper` of the component. */
function upper(request) {
  const reply = new CallResponse();
  const { text } = objectOf(request.getArgs());
  reply.setReturn(structOf({ upper: String(text).toUpperCase() }));
  return reply;
}

module.exports = { construct, upper };
