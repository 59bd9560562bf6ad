import { isObject, type Json } from './recorded.ts';

/** The commands whose JSON was recorded after the last refresh of the tour, and where. */
export const recordedCommands = [
  ['config.json', ['config', '--json']],
  ['config.secrets.json', ['config', '--json', '--show-secrets']],
  ['output.json', ['stack', 'output', '--json']],
  ['output.secrets.json', ['stack', 'output', '--json', '--show-secrets']],
  ['history.json', ['stack', 'history', '--json']],
  ['ls.json', ['stack', 'ls', '--json']],
  ['whoami.json', ['whoami', '--json']],
] as const;

/** Said of every run, and different in each; `pulumi.env.*` and `pulumi.flag.*` tell how it was called. */
const ofTheRun = /^(pulumi\.(env|flag)\.|git\.|vcs\.|stack\.environments$|updatePlan$|exec\.(user|host|agent)$)/;

/** Which fields a value has, and of which kind each is. Lists are told by their first element. */
export function shapeOf(json: Json): Json {
  if (Array.isArray(json)) return json.length === 0 ? [] : [shapeOf(json[0] as Json)];
  if (!isObject(json)) return json === null ? 'null' : typeof json;
  const fields = Object.entries(json).filter(([name]) => !ofTheRun.test(name));
  return Object.fromEntries(fields.map(([name, value]) => [name, shapeOf(value)]));
}
