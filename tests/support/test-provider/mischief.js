'use strict';
const { DiffResponse, PropertyDiff } = require('@pulumi/pulumi/proto/provider_pb.js');

// What a broken or hostile provider does where a proper one answers: TEST_PROVIDER has `mischief`, by the name of the
// call (`create`), with one of these names or, for `gives:…`, what its properties are.

const misdeeds = {
  crashes() {
    crash();
  },
  async 'crashes afterwards'(_request, answer) {
    await answer();
    crash();
  },
  hangs(_request, _answer, { world }) {
    world.write('hangs', {});
    return new Promise(() => {});
  },
  'answers nonsense'() {
    return Buffer.from([0xff, 0xff, 0xff, 0xff]);
  },
  /** Wants a replacement for the sake of what nobody has declared, in paths that are none. */
  async 'minds nonsense'(_request, answer) {
    const reply = await answer();
    const property = new PropertyDiff();
    property.setKind(99);
    reply.setChanges(DiffResponse.DiffChanges.DIFF_SOME);
    reply.setReplacesList(['nowhere', '__proto__', 'a[0', '']);
    reply.setHasdetaileddiff(true);
    for (const path of ['nowhere.at[7].all', '__proto__.polluted', 'a[0', '', '..', 'echo[3]["', 'echo.one.two'])
      reply.getDetaileddiffMap().set(path, property);
    return reply;
  },
  /** Says all it was given: to the engine, to stderr, in its error. */
  async blurts(request, _answer, { log }) {
    const given = JSON.stringify(request.getProperties().toJavaScript());
    await log(request.getUrn(), `engine, hear: ${given}`);
    throw new Error(`it cannot be made of ${given}`);
  },
  /** Says all it was given, as text of as many lines as it has, and dies. */
  'cries out'(request) {
    for (const value of Object.values(request.getProperties().toJavaScript())) console.error(textOf(value));
    crash();
  },
};

/** What is secret, without its wrapping. */
function textOf(value) {
  return typeof value === 'object' ? value.value : value;
}

function crash() {
  console.error('a wild pointer appears');
  process.exit(66);
}

/** Properties that no SDK would send, as the bytes of a google.protobuf.Struct. */
const properties = {
  /** Text that is no UTF-8. */
  'broken text': () => struct({ echo: value.bytes(Buffer.from([0x61, 0xc3, 0x28])) }),
  /** Names that mean something to JavaScript. */
  'loaded names': () =>
    struct(
      Object.fromEntries(['__proto__', 'constructor', 'toString'].map((name) => [name, value.text(`a ${name}`)])),
      [['nested', value.struct(struct({}, [['__proto__', value.struct(struct({ polluted: value.text('yes') }))]]))]],
    ),
  'bottomless lists': () => {
    let inner = value.text('bottom');
    for (let depth = 0; depth < 20_000; depth += 1) inner = value.list(inner);
    return struct({ echo: inner });
  },
  'fifty megabytes': () => struct({ echo: value.text('x'.repeat(50 * 1024 * 1024)) }),
  'a secret of nothing': () => struct({ echo: value.signed('1b47061264138c4ac30d75fd1eb44270') }),
  'a reference to nobody': () => struct({ echo: value.signed('5cf8f73096256a8f31e491e813e4eb8e') }),
  'an unheard-of signature': () => struct({ echo: value.signed('00000000000000000000000000000000') }),
  'a signature of a number': () => struct({ echo: value.struct(struct({ [signatureKey]: value.number(1) })) }),
  /** What is declared as text is a map, and the other way round. */
  'other types': () => struct({ echo: value.number(Number.NaN), result: value.struct(struct({ a: value.text('b') })) }),
  'a secret map': () =>
    struct({ [signatureKey]: value.text('1b47061264138c4ac30d75fd1eb44270'), value: value.text('hidden') }),
};

const signatureKey = '4dabf18193072939515e22adb298388d';

const value = {
  text: (text) => value.bytes(Buffer.from(text)),
  bytes: (bytes) => field(3, bytes),
  struct: (bytes) => field(5, bytes),
  list: (item) => field(6, field(1, item)),
  number(number) {
    const bytes = Buffer.alloc(9);
    bytes[0] = (2 << 3) | 1;
    bytes.writeDoubleLE(number, 1);
    return bytes;
  },
  signed: (signature) => value.struct(struct({ [signatureKey]: value.text(signature) })),
};

function struct(entries, more = []) {
  const all = [...Object.entries(entries), ...more];
  return Buffer.concat(all.map(([key, item]) => field(1, Buffer.concat([field(1, Buffer.from(key)), field(2, item)]))));
}

function field(number, bytes) {
  return Buffer.concat([varint((number << 3) | 2), varint(bytes.length), bytes]);
}

function varint(number) {
  const bytes = [];
  for (let rest = number; ; rest >>>= 7) {
    if (rest < 128) return Buffer.from([...bytes, rest]);
    bytes.push((rest & 127) | 128);
  }
}

/** The field of the answer that holds properties, and what sets it. */
const propertyFields = {
  check: [1, 'setInputs'],
  checkConfig: [1, 'setInputs'],
  create: [2, 'setProperties'],
  read: [2, 'setProperties'],
  update: [1, 'setProperties'],
  invoke: [1, 'setReturn'],
};

/** The answer to a call: a message, or bytes that may be none. */
async function misbehave(method, misdeed, request, answer, context) {
  if (misdeed === undefined) return answer();
  if (!misdeed.startsWith('gives:')) return misdeeds[misdeed](request, answer, context);
  const [number, setter] = propertyFields[method];
  const reply = await answer();
  reply[setter](undefined);
  return Buffer.concat([reply.serializeBinary(), field(number, properties[misdeed.slice('gives:'.length)]())]);
}

module.exports = { misbehave };
