/**
 * Writes packages/cluster/src/schema/kube-field-numbers.json: the protobuf field numbers of the built-in types, which Go clients use to
 * send objects. Every Go program that speaks to Kubernetes carries them, as compressed descriptors; they are read from one:
 *
 *     node scripts/extract-kube-field-numbers.ts "$(which kubectl)"
 *
 * A message is `field=number ...`. `+Type=number` is an embedded message, whose fields JSON has among those of its parent.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { constants, inflateRawSync } from 'node:zlib';
import { structNamed, structNames } from '../packages/cluster/src/schema/kube-types.ts';
import { readMessage } from '../packages/cluster/src/server/protobuf-reader.ts';

interface Field {
  readonly name: string;
  readonly number: number;
  /** `core.v1.Volume`; empty for scalars. */
  readonly type: string;
}

const [binary] = process.argv.slice(2);
if (binary === undefined) throw new Error('usage: node scripts/extract-kube-field-numbers.ts PATH-OF-KUBECTL');

const messages = new Map<string, Field[]>();
for (const descriptor of descriptorsIn(readFileSync(binary))) {
  for (const [name, fields] of messagesOf(descriptor)) messages.set(name, fields);
}
const json = JSON.stringify(Object.fromEntries(describeAll()));
const biome = createRequire(import.meta.url).resolve('@biomejs/biome/bin/biome');
const text = execFileSync(process.execPath, [biome, 'format', '--stdin-file-path=numbers.json'], {
  input: json,
  encoding: 'utf8',
});
writeFileSync(fileURLToPath(new URL('../packages/cluster/src/schema/kube-field-numbers.json', import.meta.url)), text);

/** Gzip streams that hold the descriptor of a Kubernetes API. */
function descriptorsIn(data: Buffer): Buffer[] {
  const found: Buffer[] = [];
  for (let at = data.indexOf('1f8b08', 0, 'hex'); at !== -1; at = data.indexOf('1f8b08', at + 1, 'hex')) {
    try {
      const text = gunzipFirst(data.subarray(at, at + 1_000_000));
      if (text.subarray(0, 40).includes('k8s.io/api')) found.push(text);
    } catch {
      // Bytes that look like the start of a stream.
    }
  }
  return found;
}

/** What follows the stream in the file is not part of it, and no error. */
function gunzipFirst(data: Buffer): Buffer {
  return inflateRawSync(data.subarray(10), { finishFlush: constants.Z_SYNC_FLUSH });
}

function messagesOf(descriptor: Buffer): [string, Field[]][] {
  const file = readMessage(descriptor);
  const packageName = textOf(file, 2);
  const prefix = shortName(`.${packageName}.`);
  return bytesOf(file, 4).map((bytes) => {
    const message = readMessage(bytes);
    const fields = bytesOf(message, 2).map((fieldBytes) => {
      const field = readMessage(fieldBytes);
      return {
        name: textOf(field, 1),
        number: Number(field.find(([number]) => number === 3)![1]),
        type: shortName(textOf(field, 6)),
      };
    });
    return [`${prefix}${textOf(message, 1)}`, fields];
  });
}

/** `.k8s.io.api.core.v1.Volume` is `core.v1.Volume`. */
function shortName(name: string): string {
  return name.replace(/^\.k8s\.io\.apimachinery\.pkg\.apis\./, '').replace(/^\.k8s\.io\.(api|apimachinery\.pkg)\./, '');
}

function bytesOf(message: ReturnType<typeof readMessage>, number: number): Uint8Array[] {
  return message.flatMap(([field, value]) => (field === number && value instanceof Uint8Array ? [value] : []));
}

function textOf(message: ReturnType<typeof readMessage>, number: number): string {
  return Buffer.from(bytesOf(message, number)[0] ?? []).toString();
}

function describeAll(): Map<string, string> {
  const described = new Map<string, string>();
  for (const name of structNames) {
    if (messages.has(name)) describe(name, namesByLowerCase(structNamed(name).fields.keys()), described);
  }
  return new Map([...described].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Protobuf and JSON differ in the case of some names (`aPIGroup`). */
function namesByLowerCase(names: Iterable<string>): Map<string, string> {
  return new Map([...names].map((name) => [name.toLowerCase(), name]));
}

function describe(name: string, known: ReadonlyMap<string, string>, described: Map<string, string>): void {
  const parts = messages.get(name)!.flatMap((field) => {
    const jsonName = known.get(field.name.toLowerCase());
    if (jsonName !== undefined) return [`${jsonName}=${field.number}`];
    const inner = messages.get(field.type);
    if (!inner?.some((one) => known.has(one.name.toLowerCase()))) return [];
    describe(field.type, known, described);
    return [`+${field.type}=${field.number}`];
  });
  described.set(name, parts.join(' '));
}
