#!/usr/bin/env node
// biome-ignore-all lint/style/useNodejsImportProtocol: Node 12 knows no such protocol.
// biome-ignore-all lint/complexity/useOptionalChain: nor such a chain.
// biome-ignore-all lint/style/useTemplate: long sentences read better in pieces.
// The launcher: `radiant` and `pulumi` both start here. Any Node must be able to read this file (plain ES2018, no
// `node:` imports), because its first task is to tell an old one apart. It stays small: what it loads, every command pays.
'use strict';

const fs = require('fs');
const path = require('path');

/** The version of the protocol, in the form that Pulumi's SDKs parse. */
const PULUMI_VERSION = '3.270.0';
const OLDEST_NODE = [22, 18];
const ADVISED_NODE = 'node@24';
/** Served in process; there is no plugin to fetch for them. */
const NATIVE_PROVIDERS = ['kubernetes', 'pulumi'];
/** Set on a re-executed child: the number of the pipe whose end says that the wrapper is gone. */
const WRAPPER_FD = 'RADIANT_WRAPPER_FD';

const cliRoot = path.dirname(path.dirname(fs.realpathSync(__filename)));
const packageRoot = path.resolve(cliRoot, '..', '..');

function radiantVersion() {
  const manifest = JSON.parse(fs.readFileSync(path.join(packageRoot, 'package.json'), 'utf8'));
  return `v${PULUMI_VERSION}+radiant.${manifest.version}`;
}

function isVersionQuestion(args) {
  if (args[0] === '--version') return true;
  return args[0] === 'version' && args.indexOf('--help') < 0 && args.indexOf('-h') < 0;
}

function isNewEnough(version) {
  const parts = version.replace(/^v/, '').split('.').map(Number);
  return parts[0] > OLDEST_NODE[0] || (parts[0] === OLDEST_NODE[0] && parts[1] >= OLDEST_NODE[1]);
}

/** npm runs `plugin install resource NAME VERSION` when it installs a provider's SDK, often before anything is built. */
function answerPluginInstall(args) {
  if (args[0] !== 'plugin' || args[1] !== 'install' || args[2] !== 'resource' || args[3] === undefined) return false;
  // A file is installed by the command itself, whatever it is named.
  if (args.some((arg) => arg === '-f' || /^--file(=|$)/.test(arg))) return false;
  const name = args[3];
  if (NATIVE_PROVIDERS.indexOf(name) >= 0) {
    console.log(`The ${name} provider is part of Radiant: nothing to install.`);
    return true;
  }
  // Failing here would fail `npm install` of an SDK that may be wanted for its types alone; scripts of people are told.
  if (!/^(pre|post)?install$/.test(process.env.npm_lifecycle_event || '')) return false;
  console.error(
    'warning: Radiant downloads no plugin by itself. To use the ' +
      name +
      ' provider, install its plugin:\n' +
      '    radiant plugin install resource ' +
      name +
      ' ' +
      (args[4] || '<version>') +
      ' --file <its .tar.gz>',
  );
  return true;
}

function foldersUpward(from) {
  const folders = [];
  for (let folder = from; ; folder = path.dirname(folder)) {
    folders.push(folder);
    if (path.dirname(folder) === folder) return folders;
  }
}

/** Looks for the package `node` beside the launcher, beside the link that started it, and beside the project. */
function findPackagedNode() {
  const starts = [cliRoot, path.dirname(process.argv[1] || cliRoot)];
  try {
    starts.push(process.cwd());
  } catch (_) {
    // The working directory is gone; the command itself will say so.
  }
  const executable = process.platform === 'win32' ? 'node.exe' : 'node';
  let withoutBinary;
  for (const start of starts) {
    for (const folder of foldersUpward(start)) {
      const root = path.join(folder, 'node_modules', 'node');
      const manifest = path.join(root, 'package.json');
      if (!fs.existsSync(manifest)) continue;
      if (!isNewEnough(JSON.parse(fs.readFileSync(manifest, 'utf8')).version)) continue;
      const binary = path.join(root, 'bin', executable);
      if (fs.existsSync(binary)) return { binary: binary };
      if (withoutBinary === undefined) withoutBinary = { missingIn: folder };
    }
  }
  return withoutBinary || {};
}

function complainAboutNode(found) {
  const needs = `error: Radiant needs Node 22.18 or newer; this is ${process.version}. `;
  if (found.missingIn === undefined)
    return `${needs}Install it, or add it to the project: npm install --save-dev ${ADVISED_NODE}`;
  return (
    needs +
    'The package `node` in ' +
    found.missingIn +
    ' has no binary, because npm did not run its install script. There, run: ' +
    'npm install-scripts approve node && npm rebuild node (with npm 10 or older: npm rebuild node)'
  );
}

/**
 * Runs this launcher again on a newer Node and ends as it ends. Signals travel over the extra pipe, not as signals: a
 * terminal sends Ctrl-C to both processes, and the child must be able to count it once. The pipe's end, which comes
 * however this process dies, ends the child too.
 */
function runOn(binary) {
  const env = Object.assign({}, process.env);
  env[WRAPPER_FD] = '3';
  const child = require('child_process').spawn(binary, process.execArgv.concat([__filename], process.argv.slice(2)), {
    stdio: ['inherit', 'inherit', 'inherit', 'pipe'],
    env: env,
  });
  const pipe = child.stdio[3];
  pipe.on('error', () => {});
  const forward = (signal) => {
    pipe.write(`${signal}\n`);
  };
  process.on('SIGINT', forward);
  process.on('SIGTERM', forward);
  child.on('error', (error) => {
    console.error(`error: ${binary} could not be started: ${error.message}`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code);
    process.removeListener('SIGINT', forward);
    process.removeListener('SIGTERM', forward);
    process.kill(process.pid, signal);
  });
}

/** The other end of `runOn`. */
function followWrapper() {
  const fd = Number(process.env[WRAPPER_FD]);
  delete process.env[WRAPPER_FD];
  const pipe = new (require('net').Socket)({ fd: fd, readable: true, writable: false });
  pipe.setEncoding('utf8');
  pipe.on('data', (text) => {
    for (const signal of text.split('\n')) {
      if (signal === '') continue;
      // Whoever handles signals listens to this; for everybody else the signal does what it does by default.
      if (!process.emit('radiant:wrapper-signal', signal)) process.kill(process.pid, signal);
    }
  });
  pipe.on('error', () => {});
  pipe.on('close', () => {
    process.kill(process.pid, 'SIGKILL');
  });
  pipe.unref();
}

/** Node 22 warns of `node:sqlite` in every process that loads it; it is ours to worry about, not the user's. */
function silenceSqliteWarning() {
  const emitWarning = process.emitWarning;
  process.emitWarning = (warning, options, ...more) => {
    const type = typeof options === 'string' ? options : options && options.type;
    if (type === 'ExperimentalWarning' && /^SQLite is an experimental feature/.test(String(warning))) return;
    emitWarning.call(process, warning, options, ...more);
  };
}

function homeFolder() {
  if (process.env.RADIANT_HOME) return process.env.RADIANT_HOME;
  if (process.env.PULUMI_HOME) return process.env.PULUMI_HOME;
  return path.join(require('os').homedir(), '.radiant');
}

function loadCli() {
  const bundle = path.join(cliRoot, 'dist', 'cli.mjs');
  const sources = path.join(cliRoot, 'src', 'main.ts');
  const hasSources = fs.existsSync(sources);
  const wantsSources = hasSources && process.env.RADIANT_FROM_SOURCES === '1';
  const entry = !wantsSources && fs.existsSync(bundle) ? bundle : hasSources ? sources : undefined;
  if (entry !== undefined) return import(require('url').pathToFileURL(entry).href);
  console.error(`error: ${bundle} is missing: this installation of Radiant is incomplete. Install it again.`);
  process.exit(1);
}

function start() {
  const args = process.argv.slice(2);
  if (isVersionQuestion(args)) return console.log(radiantVersion());
  if (answerPluginInstall(args)) return undefined;
  if (!isNewEnough(process.version)) {
    const found = findPackagedNode();
    if (found.binary !== undefined && process.env[WRAPPER_FD] === undefined) return runOn(found.binary);
    console.error(complainAboutNode(found));
    process.exit(1);
  }
  if (process.env[WRAPPER_FD] !== undefined) followWrapper();
  silenceSqliteWarning();
  require('module').enableCompileCache(path.join(homeFolder(), 'cache', 'compile'));
  return loadCli().then((cli) => cli.main({ args: args, launcher: __filename, version: radiantVersion() }));
}

start();
