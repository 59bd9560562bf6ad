/** The chain of things that every run of `fightProgram` declares, in the order in which it declares them. */
export const thingNames = ['first', 'second', 'remade', 'third', 'last'] as const;

/**
 * A program whose every run, named by RUN, changes every thing, one after the other, by a dynamic provider: `remade` is
 * deleted and made again, the others are updated. The things are files in WORLD, and WORLD/log tells what the provider was
 * called for, what it was told to be there, and what it found. At its end the program waits until the test has read the
 * journal.
 */
export const fightProgram = `const pulumi = require('@pulumi/pulumi');
const provider = {
  async diff(_id, olds, news) {
    const isNew = olds.run !== news.run;
    return { changes: isNew, replaces: isNew && olds.name === 'remade' ? ['run'] : [], deleteBeforeReplace: true };
  },
  async create(inputs) { return { id: inputs.name, outs: await call('create', inputs.name, undefined, inputs) }; },
  async update(id, olds, news) { return { outs: await call('update', id, olds.serial, news) }; },
  async delete(id, olds) { await call('delete', id, olds.serial); },
  async read(id, olds) {
    const { thingIn } = access();
    const thing = thingIn(id);
    return thing === undefined ? {} : { id, props: { ...olds, ...thing } };
  },
};
function access() {
  const fs = require('node:fs');
  const { WORLD, RUN } = process.env;
  const file = (name) => WORLD + '/' + name + '.json';
  return {
    file,
    thingIn: (name) => (fs.existsSync(file(name)) ? JSON.parse(fs.readFileSync(file(name), 'utf8')) : undefined),
    note: (entry) => fs.appendFileSync(WORLD + '/log', JSON.stringify({ run: RUN, ...entry }) + '\\n'),
  };
}
async function call(op, name, known, inputs) {
  const fs = require('node:fs');
  const { file, thingIn, note } = access();
  note({ phase: 'begun', op, name });
  await new Promise((resolve) => setTimeout(resolve, 20));
  const found = thingIn(name);
  const serial = Date.now() + '-' + process.env.RUN;
  if (inputs === undefined) fs.rmSync(file(name), { force: true });
  else {
    fs.writeFileSync(file(name) + '.tmp-' + process.env.RUN, JSON.stringify({ ...inputs, __provider: undefined, serial }));
    fs.renameSync(file(name) + '.tmp-' + process.env.RUN, file(name));
  }
  note({ phase: 'done', op, name, known, found: found && found.serial, made: inputs && serial });
  return { ...inputs, serial };
}
class Thing extends pulumi.dynamic.Resource {
  constructor(name, dependsOn) {
    super(provider, name, { name, run: process.env.RUN, serial: undefined }, { dependsOn });
  }
}
module.exports = async () => {
  const fs = require('node:fs');
  let last;
  for (const name of ${JSON.stringify(thingNames)}) last = new Thing(name, last === undefined ? [] : [last]);
  await new Promise((resolve) => last.serial.apply(resolve));
  for (let wait = 0; wait < 400 && !fs.existsSync(process.env.WORLD + '/read-' + process.env.RUN); wait += 1)
    await new Promise((resolve) => setTimeout(resolve, 25));
};
`;

/** A line of WORLD/log. */
export type Call =
  | { readonly run: string; readonly phase: 'begun'; readonly op: CallKind; readonly name: string }
  | {
      readonly run: string;
      readonly phase: 'done';
      readonly op: CallKind;
      readonly name: string;
      /** The serial that the engine knew. */
      readonly known?: string;
      /** The serial of the thing that was there. */
      readonly found?: string;
      readonly made?: string;
    };

export type CallKind = 'create' | 'update' | 'delete';
