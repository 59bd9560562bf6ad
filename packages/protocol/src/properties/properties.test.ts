import {
  Archive,
  Asset,
  OutputValue,
  type PropertyMap,
  type PropertyValue,
  ResourceReference,
  Secret,
  setOwn,
  Unknown,
  type Urn,
} from '@radiant/model';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { generatedStruct } from '../../test/messages-of-pulumi.ts';
import { readProperties, readPropertyValue } from './read-properties.ts';
import { signatureKey, signatures, unknownText } from './signatures.ts';
import { writeProperties, writePropertyValue } from './write-properties.ts';

const urn = 'urn:pulumi:dev::shop::test:index:Group$test:index:Thing::base' as Urn;

/** Bytes as another SDK would send them. */
function fromPeer(value: object): Uint8Array {
  return generatedStruct.Struct.fromJavaScript(value).serializeBinary();
}

/** What another SDK reads in our bytes. */
function asPeer(bytes: Uint8Array): unknown {
  return (generatedStruct.Struct.deserializeBinary(bytes) as unknown as { toJavaScript(): unknown }).toJavaScript();
}

function signed(signature: keyof typeof signatures, members: object): object {
  return { [signatureKey]: signatures[signature], ...members };
}

const text = fc.oneof(
  fc.string({ maxLength: 50 }),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constant('__proto__'),
);
const urns = fc.array(fc.constantFrom(urn, `${urn}-2` as Urn), { maxLength: 2 });

const plain = fc.letrec<{ value: PropertyValue; map: PropertyMap }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constant(null),
    fc.boolean(),
    fc.double(),
    text,
    fc.array(tie('value'), { maxLength: 4 }),
    tie('map'),
  ),
  map: entries(tie('value')),
}));

function entries(value: fc.Arbitrary<PropertyValue>): fc.Arbitrary<PropertyMap> {
  return fc.array(fc.tuple(text, value), { maxLength: 5 }).map((all) => {
    const map: Record<string, PropertyValue> = {};
    for (const [key, item] of all) setOwn(map, key, item);
    return map;
  });
}

const hash = fc.constantFrom('', 'abc');
const asset = fc.oneof(
  fc.tuple(fc.string(), hash).map(([content, sum]) => new Asset({ kind: 'text', text: content }, sum)),
  hash.map((sum) => new Asset({ kind: 'path', path: './x' }, sum)),
  hash.map((sum) => new Asset({ kind: 'uri', uri: 'https://x/y' }, sum)),
  fc.constant(new Asset({ kind: 'elided' }, 'abc')),
);
const archive = fc.oneof(
  fc
    .dictionary(fc.string(), asset, { maxKeys: 3 })
    .map((assets) => new Archive({ kind: 'assets', assets: { ...assets } })),
  hash.map((sum) => new Archive({ kind: 'path', path: './x' }, sum)),
  fc.constant(new Archive({ kind: 'elided' }, 'abc')),
);
const reference = fc.constantFrom(
  new ResourceReference(urn, 'id-1', '1.2.3'),
  new ResourceReference(urn, undefined),
  new ResourceReference(urn, new Unknown({ urn, property: 'id' })),
);

/** Everything that has a word on the wire. Secrets do not hold secrets, output values neither. */
const rich = fc.letrec<{ value: PropertyValue; map: PropertyMap; open: PropertyValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    tie('open'),
    tie('open').map((value) => new Secret(value)),
    fc.tuple(tie('open'), fc.boolean(), urns).map(([value, secret, found]) => new OutputValue(value, secret, found)),
    fc.tuple(fc.boolean(), urns).map(([secret, found]) => new OutputValue(undefined, secret, found)),
    fc.constant(new Unknown()),
  ),
  open: fc.oneof(
    { maxDepth: 4 },
    plain.value,
    asset,
    archive,
    reference,
    fc.array(tie('value'), { maxLength: 3 }),
    tie('map'),
  ),
  map: entries(tie('value')),
}));

describe('a property map on the wire', () => {
  it('of plain values is to the SDK what it is to us', () => {
    fc.assert(
      fc.property(plain.map, (map) => {
        // The SDK's own Struct loses a key `__proto__`; ours keeps it, so the two are compared without one.
        fc.pre(!JSON.stringify(map).includes('__proto__'));
        expect(asPeer(writeProperties(map))).toEqual(map);
        expect(readProperties(fromPeer(map))).toEqual(map);
      }),
      { seed: 7 },
    );
  });

  it('is read as it was written, whatever is in it', () => {
    fc.assert(
      fc.property(rich.map, (map) => {
        expect(readProperties(writeProperties(map, { outputs: 'keep' }), { outputs: 'keep' })).toEqual(map);
      }),
      { seed: 7, numRuns: 300 },
    );
  });

  it('holds no secret, reference or output value for a peer that takes none', () => {
    fc.assert(
      fc.property(rich.map, (map) => {
        const sent = JSON.stringify(asPeer(writeProperties(map, { secrets: 'reveal', resources: 'lower' })));
        for (const signature of [signatures.secret, signatures.resourceReference, signatures.outputValue])
          expect(sent).not.toContain(signature);
      }),
      { seed: 7, numRuns: 300 },
    );
  });

  it('that is mangled is refused or read as something, never crashes otherwise', () => {
    fc.assert(
      fc.property(rich.map, fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { minLength: 1 }), (map, changes) => {
        const bytes = writeProperties(map, { outputs: 'keep' });
        for (const [at, byte] of changes) if (bytes.length > 0) bytes[at % bytes.length] = byte;
        try {
          readProperties(bytes, { outputs: 'keep' });
        } catch (error) {
          expect((error as Error).name).toBe('PropertyError');
        }
      }),
      { seed: 7, numRuns: 1000 },
    );
  });

  it('keeps numbers exactly, the odd ones too', () => {
    const numbers = [0, -0, 1.5, -1e300, Number.NaN, Number.POSITIVE_INFINITY, Number.MAX_SAFE_INTEGER, 5e-324];
    expect(readProperties(writeProperties({ numbers }))).toEqual({ numbers });
  });

  it('may be absent', () => {
    expect(readProperties(undefined)).toEqual({});
    expect(readProperties(new Uint8Array())).toEqual({});
  });

  it('takes `__proto__` for a key like any other', () => {
    const map = JSON.parse('{"__proto__": {"polluted": true}, "constructor": {"prototype": 1}}') as PropertyMap;
    const read = readProperties(writeProperties(map));
    expect(Object.keys(read)).toEqual(['__proto__', 'constructor']);
    expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});

describe('reading', () => {
  it('understands every sentinel of an unknown value', () => {
    for (const sentinel of [
      unknownText,
      '1c4a061d-8072-4f0a-a4cb-0ff528b18fe7',
      '3eeb2bf0-c639-47a8-9e75-3b44932eb421',
      '6a19a0b0-7e62-4c92-b797-7f8e31da9cc2',
      '030794c1-ac77-496b-92df-f27374a8bd58',
      'e48ece36-62e2-4504-bad9-02848725956a',
      'dd056dcd-154b-4c76-9bd3-c8f88648b5ff',
    ])
      expect(readProperties(fromPeer({ a: [sentinel] }))).toEqual({ a: [new Unknown()] });
  });

  it('takes an empty and an unknown id of a reference for unknown', () => {
    for (const id of ['', unknownText])
      expect(readProperties(fromPeer({ r: signed('resourceReference', { urn, id }) }))).toEqual({
        r: new ResourceReference(urn, new Unknown({ urn, property: 'id' })),
      });
  });

  it('passes over what SDKs add to assets', () => {
    const sent = { a: signed('asset', { __pulumiAsset: true, text: 'x' }) };
    expect(readProperties(fromPeer(sent))).toEqual({ a: new Asset({ kind: 'text', text: 'x' }) });
  });

  it('lowers what the reader does not want', () => {
    const sent = fromPeer({
      secret: signed('secret', { value: ['s'] }),
      reference: signed('resourceReference', { urn, id: 'id-1' }),
      component: signed('resourceReference', { urn }),
      output: signed('outputValue', { value: 1, secret: true, dependencies: [urn] }),
      later: signed('outputValue', { dependencies: [urn] }),
    });
    const heard: unknown[] = [];
    expect(
      readProperties(sent, {
        secrets: 'reveal',
        resources: 'lower',
        onDependencies: (path, found) => heard.push([...path, ...found]),
      }),
    ).toEqual({ secret: ['s'], reference: 'id-1', component: urn, output: 1, later: new Unknown() });
    expect(heard).toEqual([
      ['later', urn],
      ['output', urn],
    ]);
    expect(readProperties(sent)).toMatchObject({ output: new Secret(1) });
  });

  it('upgrades secrets and unknowns to output values', () => {
    const sent = fromPeer({
      a: signed('secret', { value: { b: unknownText } }),
      c: unknownText,
      d: signed('secret', { value: unknownText }),
      e: signed('outputValue', { value: 5, dependencies: [urn] }),
    });
    expect(readProperties(sent, { outputs: 'upgrade' })).toEqual({
      a: new OutputValue({ b: new OutputValue(undefined, false, []) }, true, []),
      c: new OutputValue(undefined, false, []),
      d: new OutputValue(undefined, true, []),
      e: new OutputValue(5, false, [urn]),
    });
  });

  it.each([
    ['a secret without a value', signed('secret', {}), 'property "a.b": is a secret without a value'],
    [
      'an unknown signature',
      { [signatureKey]: 'nonsense' },
      'property "a.b": has a signature that this engine does not know',
    ],
    [
      'a signature that is no text',
      { [signatureKey]: 5 },
      'property "a.b": has a signature that this engine does not know',
    ],
    ['a byte string', signed('byteString', { value: 'eA==' }), 'property "a.b": is a byte string'],
    [
      'a reference without a URN',
      signed('resourceReference', { id: 'x' }),
      'property "a.b": is a reference to a resource without a URN',
    ],
    [
      'a reference to nonsense',
      signed('resourceReference', { urn: 'x' }),
      'property "a.b": is a reference to a resource without a URN',
    ],
    ['a reference with an odd id', signed('resourceReference', { urn, id: 5 }), 'whose id is not text'],
    ['an empty asset', signed('asset', {}), 'property "a.b": is an asset with neither text nor path nor uri'],
    ['an asset with an odd text', signed('asset', { text: 5 }), 'property "a.b.text": is not text'],
    ['an empty archive', signed('archive', {}), 'property "a.b": is an archive with neither assets nor path nor uri'],
    [
      'an archive of no assets',
      signed('archive', { assets: { x: 5 } }),
      'property "a.b.assets.x": is in an archive and is neither',
    ],
    [
      'an archive with odd assets',
      signed('archive', { assets: [] }),
      'property "a.b": is an archive whose assets are no map',
    ],
    [
      'an output with odd dependencies',
      signed('outputValue', { dependencies: ['x'] }),
      'property "a.b.dependencies[0]": is not a URN',
    ],
    ['an output with no list of dependencies', signed('outputValue', { dependencies: 'x' }), 'is not a list of URNs'],
  ])('refuses %s and names the property', (_, value, message) => {
    expect(() => readProperties(fromPeer({ a: { b: value } }))).toThrow(message);
  });

  it('refuses a map that is itself marked as something else', () => {
    expect(() => readProperties(fromPeer(signed('secret', { value: 1 })))).toThrow(
      'a property map cannot itself be a secret',
    );
  });

  it('refuses bottomless nesting, and says where', () => {
    let value: object = { end: true };
    for (let depth = 0; depth < 300; depth += 1) value = depth % 2 === 0 ? { deep: value } : { deep: [value] };
    expect(() => readProperties(fromPeer({ root: value }))).toThrow(
      /^property "root\.deep.*is nested deeper than 256 levels$/,
    );
    let fine: PropertyValue = 'end';
    for (let depth = 0; depth < 255; depth += 1) fine = [fine];
    expect(readProperties(writeProperties({ fine }))).toEqual({ fine });
    expect(() => writeProperties({ fine: [fine] })).toThrow('is nested deeper than 256 levels');
  });

  it('reads an entry whose value comes before its key', () => {
    const entry = Buffer.concat([Buffer.from([0x12, 0x03, 0x1a, 0x01, 0x76]), Buffer.from([0x0a, 0x01, 0x6b])]);
    const bytes = Buffer.concat([Buffer.from([0x0a, entry.length]), entry]);
    expect(readProperties(bytes)).toEqual({ k: 'v' });
  });
});

describe('writing', () => {
  it('sends references with the name and type that SDKs look for', () => {
    const reference = new ResourceReference(urn, 'id-1', '1.2.3');
    expect(asPeer(writeProperties({ reference }))).toEqual({
      reference: signed('resourceReference', {
        urn,
        id: 'id-1',
        packageVersion: '1.2.3',
        name: 'base',
        type: 'test:index:Thing',
      }),
    });
    expect(asPeer(writeProperties({ a: new ResourceReference(urn, new Unknown()) }, { resources: 'lower' }))).toEqual({
      a: unknownText,
    });
  });

  it('sends a secret that is not known yet as a secret', () => {
    expect(asPeer(writeProperties({ a: new Secret(new Unknown()) }))).toEqual({
      a: signed('secret', { value: unknownText }),
    });
    expect(asPeer(writeProperties({ a: new OutputValue(undefined, true, [urn]) }))).toEqual({
      a: signed('secret', { value: unknownText }),
    });
  });

  it('leaves out nulls and unknowns where told, but not inside of secrets and lists', () => {
    const map = { a: null, b: [null, new Unknown()], c: new Unknown(), d: { e: null, f: 1 }, g: new Secret(null) };
    expect(asPeer(writeProperties(map, { nulls: 'skip' }))).toEqual({
      b: [null, unknownText],
      c: unknownText,
      d: { f: 1 },
      g: signed('secret', { value: null }),
    });
    expect(asPeer(writeProperties(map, { unknowns: 'drop' }))).toEqual({
      a: null,
      b: [null, null],
      d: { e: null, f: 1 },
      g: signed('secret', { value: null }),
    });
  });

  it('sends only the hash of assets where told', () => {
    const a = new Asset({ kind: 'text', text: 'x'.repeat(1000) }, 'abc');
    const b = new Archive({ kind: 'assets', assets: { a } }, 'def');
    expect(asPeer(writeProperties({ a, b }, { assets: 'elide' }))).toEqual({
      a: signed('asset', { hash: 'abc' }),
      b: signed('archive', { hash: 'def' }),
    });
  });

  it('refuses what is no property value, and names it', () => {
    const odd = { a: [() => 1] } as unknown as PropertyMap;
    expect(() => writeProperties(odd)).toThrow('property "a[0]": is a function, which no property can be');
  });

  it('writes single values, and reads them', () => {
    for (const value of ['x', 5, null, [1, { a: new Secret('s') }], new Unknown()])
      expect(readPropertyValue(writePropertyValue(value))).toEqual(value);
  });
});
