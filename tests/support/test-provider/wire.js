'use strict';
const grpc = require('@grpc/grpc-js');
const { EngineClient } = require('@pulumi/pulumi/proto/engine_grpc_pb.js');
const { LogRequest, LogSeverity } = require('@pulumi/pulumi/proto/engine_pb.js');
const { Status } = require('@pulumi/pulumi/proto/status_pb.js');
const { Any } = require('google-protobuf/google/protobuf/any_pb.js');
const { Struct } = require('google-protobuf/google/protobuf/struct_pb.js');

function objectOf(struct) {
  return struct?.toJavaScript() ?? {};
}

function structOf(object) {
  return Struct.fromJavaScript(object);
}

/** Throws a status of gRPC; `details` is the name of a message of Pulumi's and the message. */
function fail(code, message, details) {
  const metadata = new grpc.Metadata();
  if (details !== undefined) {
    const [name, body] = details;
    const any = new Any();
    any.setTypeUrl(`type.googleapis.com/pulumirpc.${name}`);
    any.setValue(body.serializeBinary());
    const status = new Status();
    status.setCode(code);
    status.setMessage(message);
    status.addDetails(any);
    metadata.add('grpc-status-details-bin', Buffer.from(status.serializeBinary()));
  }
  throw Object.assign(new Error(message), { code, details: message, metadata });
}

/** Tells the engine something about a resource. */
function logTo(engineAddress, urn, message) {
  const engine = new EngineClient(engineAddress, grpc.credentials.createInsecure());
  const request = new LogRequest();
  request.setUrn(urn);
  request.setSeverity(LogSeverity.WARNING);
  request.setMessage(message);
  return new Promise((resolve, reject) => {
    engine.log(request, (error) => {
      engine.close();
      if (error) reject(error);
      else resolve();
    });
  });
}

module.exports = { fail, logTo, objectOf, structOf };
