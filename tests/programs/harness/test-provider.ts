import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ProgramStack, type Wire } from './program-stack.ts';

/** The folder of the provider for tests: sources with a PulumiPlugin.yaml, and an executable. */
export const testProviderDir = path.resolve(import.meta.dirname, '../../support/test-provider');

/** What programs write before their own lines: a class for every kind of the provider for tests, and its provider. */
const preamble = `import * as pulumi from '@pulumi/pulumi';
const config = new pulumi.Config();
class Thing extends pulumi.CustomResource {
  declare readonly echo: pulumi.Output<any>;
  declare readonly result: pulumi.Output<string>;
  declare readonly name: pulumi.Output<string>;
  constructor(kind: string, name: string, props: object = {}, opts?: pulumi.CustomResourceOptions) {
    super('testprovider:index:' + kind, name, { result: undefined, ...props }, opts);
  }
}
class Provider extends pulumi.ProviderResource {
  constructor(name: string, props: object = {}, opts?: pulumi.ResourceOptions) {
    super('testprovider', name, props, opts);
  }
}
`;

/** How the provider behaves (see tests/support/test-provider/index.js). */
export interface Behaviour {
  readonly isLegacy?: boolean;
  readonly acceptSecrets?: boolean;
  readonly acceptResources?: boolean;
  readonly requires?: readonly string[];
  readonly greeting?: string;
  readonly ignoresSigterm?: boolean;
  /** By the name of the call, what it does wrong (see tests/support/test-provider/mischief.js). */
  readonly mischief?: { readonly [call: string]: string };
}

interface Thing {
  readonly urn: string;
  readonly inputs: { readonly [input: string]: unknown };
  readonly timeout?: number;
}

/** A program over the provider for tests, and the world that it works on. */
export class ProviderStack {
  readonly stack: ProgramStack;
  readonly world: string;

  private constructor(stack: ProgramStack) {
    this.stack = stack;
    this.world = path.join(stack.dir, '..', 'world');
    stack.env.TEST_WORLD = this.world;
  }

  static async create(
    program: string,
    settings: { readonly wire?: Wire; readonly behaviour?: Behaviour; readonly project?: string } = {},
  ): Promise<ProviderStack> {
    const {
      wire,
      behaviour = {},
      project = `plugins:\n  providers: [{ name: testprovider, path: ${testProviderDir} }]\n`,
    } = settings;
    const stack = await ProgramStack.create(
      { 'index.ts': preamble + program, 'Pulumi.yaml': `name: proj\nruntime: nodejs\n${project}` },
      { ...(wire !== undefined && { wire }) },
    );
    const result = new ProviderStack(stack);
    result.behave(behaviour);
    await mkdir(result.world);
    return result;
  }

  /** How the provider behaves from the next operation on. */
  behave(behaviour: Behaviour): void {
    this.stack.env.TEST_PROVIDER = JSON.stringify(behaviour);
  }

  async program(program: string): Promise<void> {
    await this.stack.write({ 'index.ts': preamble + program });
  }

  /** The names of the resources whose things exist, sorted. */
  async things(): Promise<readonly string[]> {
    return (await this.#all()).map(({ urn }) => urn.split('::').at(-1)!).sort();
  }

  /** The inputs of what exists for a resource; throws when there is not exactly one thing. */
  async thing(name: string): Promise<{ readonly [input: string]: unknown }> {
    return (await this.#only(name)).inputs;
  }

  /** How many seconds the provider was given to make, or last change, what exists for a resource. */
  async timeout(name: string): Promise<number | undefined> {
    return (await this.#only(name)).timeout;
  }

  /** Makes a thing behind everybody's back. */
  async make(id: string, values: object): Promise<void> {
    await writeFile(path.join(this.world, `${id}.json`), JSON.stringify({ urn: id, inputs: values, outputs: values }));
  }

  /** Changes what exists for a recorded resource behind everybody's back. */
  async drift(name: string, values: object): Promise<void> {
    const { id, urn } = await this.stack.resource(name);
    const thing = { urn, inputs: values, outputs: values };
    await writeFile(path.join(this.world, `${encodeURIComponent(id!)}.json`), JSON.stringify(thing));
  }

  /** Asks the provider for something that it does once, or makes it wait no longer for it. */
  async ask(what: string, isAsked = true): Promise<void> {
    const mark = path.join(this.world, what);
    if (isAsked) await writeFile(mark, '');
    else await rm(mark, { force: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stack.dispose();
  }

  async #only(name: string): Promise<Thing> {
    const found = (await this.#all()).filter(({ urn }) => urn.endsWith(`::${name}`));
    if (found.length !== 1) throw new Error(`${found.length} things for ${name}`);
    return found[0]!;
  }

  async #all(): Promise<readonly Thing[]> {
    const files = (await readdir(this.world)).filter((file) => file.endsWith('.json'));
    const texts = await Promise.all(files.map((file) => readFile(path.join(this.world, file), 'utf8')));
    return texts.map((text) => JSON.parse(text)).filter((thing) => typeof thing.urn === 'string');
  }
}
