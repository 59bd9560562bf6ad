import { chmod, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLab, type Lab, repository } from '../support/radiant.ts';

/** The language plugin of a runtime that nobody knows: its programs are files of JSON, each resource a component. */
const plugin = `#!/usr/bin/env node
const { createRequire } = require('node:module');
const load = createRequire(${JSON.stringify(path.join(repository, 'package.json'))});
const grpc = load('@grpc/grpc-js');
const language = load('@pulumi/pulumi/proto/language_pb.js');
const services = load('@pulumi/pulumi/proto/language_grpc_pb.js');
const empty = load('google-protobuf/google/protobuf/empty_pb.js');
const fs = require('node:fs');
const path = require('node:path');
const pulumi = load('@pulumi/pulumi');
const settings = load('@pulumi/pulumi/runtime/settings.js');
const runtimeConfig = load('@pulumi/pulumi/runtime/config.js');
const stack = load('@pulumi/pulumi/runtime/stack.js');
const engine = process.argv[2];
let hello;
const server = new grpc.Server();
server.addService(services.LanguageRuntimeService, {
  handshake(call, answer) { hello = call.request.toObject(); answer(null, new language.LanguageHandshakeResponse()); },
  cancel(call, answer) { answer(null, new empty.Empty()); },
  async run(call, answer) {
    const request = call.request;
    const response = new language.RunResponse();
    const info = request.getInfo().toObject();
    try {
      console.log('running in ' + path.basename(info.programDirectory));
      settings.resetOptions(request.getProject(), request.getStack(), request.getParallel(), engine, request.getMonitorAddress(), request.getDryrun(), request.getOrganization());
      runtimeConfig.setAllConfig(Object.fromEntries(request.getConfigMap().entries()), request.getConfigsecretkeysList());
      const file = path.join(info.programDirectory, 'program.json');
      const program = JSON.parse(fs.readFileSync(file, 'utf8'));
      if (program.fails) response.setError(program.fails);
      if (program.dies) process.exit(3);
      await stack.runInPulumiStack(async () => {
        for (const name of program.components) new pulumi.ComponentResource('notes:index:Note', name);
        const typed = request.getConfigpropertymap().toJavaScript();
        return { list: typed['noted:list'], engine: hello.engineAddress === engine, debugged: request.getAttachDebugger(), option: request.getInfo().getOptions().toJavaScript() };
      });
      await settings.disconnect();
    } catch (error) { response.setError(error.message); }
    answer(null, response);
  },
});
server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, port) => console.log(port));
`;

let lab: Lab;

beforeAll(async () => {
  lab = await createLab({ PULUMI_CONFIG_PASSPHRASE: 'words' });
  const bin = path.join(lab.dir, 'bin');
  await lab.program('bin', { 'pulumi-language-notes': plugin });
  await chmod(path.join(bin, 'pulumi-language-notes'), 0o755);
  (lab.env as Record<string, string | undefined>).PATH = `${bin}${path.delimiter}${process.env.PATH}`;
});
afterAll(() => lab.dispose());

const program = async (name: string, content: object) => {
  const dir = await lab.program(name, {
    'Pulumi.yaml': 'name: noted\nruntime: { name: notes, options: { ink: blue } }\n',
    'program.json': JSON.stringify({ components: [], ...content }),
  });
  await lab.must(dir, 'stack', 'select', name, '--create');
  return dir;
};

test('a program of any runtime is run by its language plugin from PATH', async () => {
  const dir = await program('first', { components: ['one', 'two'] });
  await lab.must(dir, 'config', 'set', '--path', 'list[0]', 'a');
  const { stdout } = await lab.must(dir, 'up', '--yes');
  expect(stdout).toContain('running in first');
  expect(stdout).toContain('+ 3 created');
  const outputs = JSON.parse((await lab.must(dir, 'stack', 'output', '--json')).stdout);
  expect(outputs).toEqual({ list: ['a'], engine: true, debugged: false, option: { ink: 'blue' } });
  await writeFile(path.join(dir, 'program.json'), JSON.stringify({ components: ['one'] }));
  expect((await lab.must(dir, 'up', '--yes', '--attach-debugger')).stdout).toContain('- 1 deleted');
  expect((await lab.must(dir, 'stack', 'output', 'debugged')).stdout).toBe('true\n');
});

test('what such a program fails with is told', async () => {
  const dir = await program('failing', { fails: 'line 3: the ink is dry' });
  const { code, stdout } = await lab.radiant(dir, 'preview');
  expect(code).toBe(1);
  expect(stdout).toContain('error: line 3: the ink is dry');
});

test('a language plugin that dies is named', async () => {
  const dir = await program('dying', { dies: true });
  const { code, stdout } = await lab.radiant(dir, 'preview');
  expect(code).toBe(1);
  expect(stdout).toContain('the language plugin of the runtime "notes" ended with exit code 3');
});

test('a runtime without a plugin is refused with the name of the plugin that it needs', async () => {
  const dir = await lab.program('cobol', { 'Pulumi.yaml': 'name: old\nruntime: cobol\n' });
  await lab.must(dir, 'stack', 'select', 'dev', '--create');
  const { code, stdout } = await lab.radiant(dir, 'preview');
  expect(code).toBe(1);
  expect(stdout).toContain("programs of the runtime 'cobol' need the language plugin pulumi-language-cobol");
  expect(stdout).toContain('as pulumi-language-cobol on $PATH');
});
