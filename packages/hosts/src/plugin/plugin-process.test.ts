import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { eventually, processesWithEnv } from '../../../../tests/support/processes.ts';
import { folderWith } from '../testing/program-folder.ts';
import { type PluginLaunch, type PluginProcess, startPlugin } from './plugin-process.ts';

/** A plugin that is a script of Node.js. */
function launch(script: string, rest: Partial<PluginLaunch> = {}): Promise<PluginProcess> {
  const cwd = folderWith({ 'plugin.cjs': script });
  const env = { PATH: process.env.PATH, MARK: cwd };
  return startPlugin({
    command: process.execPath,
    args: [join(cwd, 'plugin.cjs')],
    cwd,
    env,
    title: 'the plugin',
    ...rest,
  });
}

const waits = 'setInterval(() => {}, 1000);';

describe('the port that a plugin prints', () => {
  test.each([
    ['in a line', 'console.log(4711);'],
    ['with space around it', 'console.log("  4711 \\r");'],
    ['in pieces', 'process.stdout.write("47"); setTimeout(() => process.stdout.write("11\\n"), 50);'],
    ['after the progress that some runtimes show', 'process.stdout.write("\\u001b]9;4;3;\\u00074711\\n");'],
  ])('is read %s', async (_, script) => {
    const plugin = await launch(script + waits);
    expect(plugin.address).toBe('127.0.0.1:4711');
    await plugin.stop();
  });

  test.each([
    ['another line', 'console.log("welcome!");', /the plugin printed "welcome!" where its port was expected/],
    ['no port that exists', 'console.log(70000);', /printed "70000" where its port/],
    ['a number with more to it', 'console.log("4711 4712");', /printed "4711 4712" where its port/],
    [
      'output without an end',
      'setInterval(() => process.stdout.write("x".repeat(5000)), 1);',
      /printed a line without an end where its port/,
    ],
    ['a closed output', 'require("fs").closeSync(1);', /the plugin closed its output before it printed its port/],
  ])('is missed when there is %s instead', async (_, script, message) => {
    await expect(launch(script + waits)).rejects.toThrow(message);
  });

  test('is missed, with the last words, when the plugin ends', async () => {
    await expect(launch('console.error("no library"); process.exit(3);')).rejects.toThrow(
      /the plugin ended with exit code 3 before it printed its port; it said:\n {4}no library\nIt was started as: .*plugin\.cjs/,
    );
    await expect(launch(`process.kill(process.pid, "SIGABRT");${waits}`)).rejects.toThrow(
      /was ended by SIGABRT before/,
    );
  });

  test('is not waited for without end', async () => {
    await expect(launch(`console.error('compiling'); ${waits}`, { portWithinMs: 300 })).rejects.toThrow(
      /did not print its port within 0 s[\s\S]*compiling[\s\S]*RADIANT_PLUGIN_START_SECONDS=300/,
    );
  });

  test('does not come from what cannot be started', async () => {
    await expect(launch('', { command: '/no/such/plugin' })).rejects.toThrow(/could not be started: .*ENOENT/);
  });
});

test('what a plugin says after its port is heard, from the very next byte', async () => {
  const heard: string[] = [];
  const script = 'process.stdout.write("4711\\nfirst\\nsec"); process.stdout.write("ond\\n"); console.error("third");';
  const plugin = await launch(script + waits, { onOutput: (stream, line) => heard.push(`${stream}: ${line}`) });
  await eventually(async () => heard.length === 3, 2000);
  expect(heard.sort()).toEqual(['stderr: third', 'stdout: first', 'stdout: second']);
  await plugin.stop();
});

test('how a plugin ended is told with its last words once, and in short from then on', async () => {
  const plugin = await launch(
    'console.log(4711); console.error("out of luck"); setTimeout(() => process.exit(9), 20);',
  );
  expect(await plugin.explainEnd('operation')).toBe('the plugin ended with exit code 9; it said:\n    out of luck');
  expect(await plugin.explainEnd('operation')).toBe('the plugin ended with exit code 9');
});

test('a plugin that does not listen to a request to end is ended, and so is what it started', async () => {
  const script = `process.on("SIGTERM", () => {});
    require("child_process").spawn("sh", ["-c", "trap '' TERM; while :; do sleep 1; done"], { stdio: "ignore" });
    console.log(4711); console.error(process.env.MARK);`;
  let mark = '';
  const plugin = await launch(script + waits, { onOutput: (_, line) => (mark = line) });
  await eventually(async () => mark !== '', 2000);
  expect(await processesWithEnv(mark)).not.toEqual([]);
  await plugin.stop();
  expect(await eventually(async () => (await processesWithEnv(mark)).length === 0, 2000)).toBe(true);
}, 20_000);

test('what a plugin started does not outlive a plugin that ends by itself', async () => {
  const script = `require("child_process").spawn("sleep", ["60"], { stdio: "ignore" });
    console.log(4711); console.error(process.env.MARK); setTimeout(() => process.exit(0), 100);`;
  let mark = '';
  const plugin = await launch(script, { onOutput: (_, line) => (mark = line) });
  expect(await plugin.explainEnd('operation')).toContain('ended with exit code 0');
  expect(await eventually(async () => (await processesWithEnv(mark)).length === 0, 2000)).toBe(true);
});
