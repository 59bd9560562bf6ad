import {
  isPropertyList,
  isPropertyMap,
  type PropertyMap,
  type PropertyValue,
  parseProviderReference,
  type ResourceState,
  Secret,
  stackType,
  type Urn,
  urnName,
  urnType,
} from '@radiant/model';
import type { Imports } from './import-api.ts';
import { type ResourceClass, resourceClass } from './resource-class.ts';

/**
 * The code that declares what was imported, so that an update by it changes nothing. Secrets are not written into it: they
 * are to be configured, and the code says how.
 */
export function generateTypeScript(imported: readonly ResourceState[], { nameTable }: Imports): string {
  return new Generator(imported, nameTable).program();
}

class Generator {
  readonly #imported: readonly ResourceState[];
  /** What variables stand for; those of the name table are the program's already. */
  readonly #variables = new Map<string, string>();
  readonly #taken = new Set<string>(['pulumi', 'config', ...reserved]);
  readonly #packages = new Map<string, string>();
  readonly #secrets: string[] = [];

  constructor(imported: readonly ResourceState[], nameTable: Imports['nameTable']) {
    this.#imported = imported;
    for (const { type } of imported) this.#taken.add(resourceClass(type)?.alias ?? 'pulumi');
    for (const [name, urn] of Object.entries(nameTable)) this.#variables.set(urn, this.#claim(name));
    for (const { urn } of imported) this.#variables.set(urn, this.#claim(urnName(urn)));
  }

  program(): string {
    const declarations = this.#imported.map((state) => this.#declaration(state));
    const imports = [...this.#packages].map(([npmPackage, alias]) => `import * as ${alias} from "${npmPackage}";`);
    if (this.#secrets.length > 0) imports.unshift('import * as pulumi from "@pulumi/pulumi";');
    const settings = this.#secrets.map((name) => `//     radiant config set --secret ${name}`);
    const config =
      settings.length === 0 ? [] : ['', '// Set what is secret:', ...settings, 'const config = new pulumi.Config();'];
    return [...imports, ...config, '', declarations.join('\n\n'), ''].join('\n');
  }

  #declaration(state: ResourceState): string {
    const { urn, type, ownership } = state;
    const found = ownership === 'component' ? undefined : resourceClass(type);
    if (found === undefined) return `// Declare ${JSON.stringify(urnName(urn))} of your own component ${type} here.`;
    this.#packages.set(found.npmPackage, found.alias);
    const variable = this.#variables.get(urn)!;
    const inputs = this.#literal(argumentsOf(state, found), variable);
    const options = this.#options(state);
    const tail = options.length === 0 ? '' : `, {\n${options.map((line) => `    ${line},\n`).join('')}}`;
    return `const ${variable} = new ${found.path}(${JSON.stringify(urnName(urn))}, ${inputs}${tail});`;
  }

  #options({ parent, provider, isProtected }: ResourceState): readonly string[] {
    const server = parseProviderReference(provider)?.urn;
    return [
      ...this.#reference('parent', parent !== undefined && urnType(parent) === stackType ? undefined : parent),
      ...this.#reference('provider', server !== undefined && isDefault(server) ? undefined : server),
      ...(isProtected ? ['protect: true'] : []),
    ];
  }

  #reference(option: string, urn: Urn | undefined): readonly string[] {
    return urn === undefined ? [] : [`${option}: ${this.#variables.get(urn) ?? identifier(urnName(urn))}`];
  }

  /** `place` names what is configured, when that is secret. */
  #literal(value: PropertyValue, place: string, indent = ''): string {
    if (value instanceof Secret) return this.#secret(value, place);
    const inner = `${indent}    `;
    if (isPropertyList(value)) {
      if (value.length === 0) return '[]';
      const items = value.map((item, index) => `${inner}${this.#literal(item, `${place}${index}`, inner)},\n`);
      return `[\n${items.join('')}${indent}]`;
    }
    if (isPropertyMap(value)) {
      const entries = Object.entries(value).filter(([key]) => !key.startsWith('__'));
      if (entries.length === 0) return '{}';
      const lines = entries.map(([key, item]) => {
        const literal = this.#literal(item, `${place}${capitalised(identifier(key))}`, inner);
        return `${inner}${isIdentifier(key) ? key : JSON.stringify(key)}: ${literal},\n`;
      });
      return `{\n${lines.join('')}${indent}}`;
    }
    if (typeof value === 'object' && value !== null) return `undefined /* an asset of ${place} */`;
    return JSON.stringify(value);
  }

  #secret({ value }: Secret, place: string): string {
    const isText = typeof value === 'string';
    this.#secrets.push(isText ? place : `${place} '<JSON>'`);
    const method = isText ? 'requireSecret' : 'requireSecretObject';
    return `config.${method}(${JSON.stringify(place)})`;
  }

  #claim(name: string): string {
    const base = identifier(name);
    let free = base;
    for (let number = 2; this.#taken.has(free); number += 1) free = `${base}${number}`;
    this.#taken.add(free);
    return free;
  }
}

/** What a class sets itself is not said again. */
function argumentsOf({ type, inputs }: ResourceState, { isGeneric }: ResourceClass): PropertyMap {
  if (isGeneric || !type.startsWith('kubernetes:')) return inputs;
  const { apiVersion: _, kind: __, ...rest } = inputs;
  return rest;
}

function isDefault(provider: Urn): boolean {
  return /^default(_|$)/.test(urnName(provider));
}

const reserved = [
  ...['arguments', 'await', 'break', 'case', 'catch', 'class', 'const', 'continue', 'debugger', 'default', 'delete'],
  ...['do', 'else', 'enum', 'eval', 'export', 'extends', 'false', 'finally', 'for', 'function', 'if', 'implements'],
  ...['import', 'in', 'instanceof', 'interface', 'let', 'new', 'null', 'package', 'private', 'protected', 'public'],
  ...['return', 'static', 'super', 'switch', 'this', 'throw', 'true', 'try', 'typeof', 'var', 'void', 'while', 'with'],
  'yield',
];

function isIdentifier(text: string): boolean {
  return /^[A-Za-z_$][\w$]*$/.test(text);
}

/** `my-config.map` becomes `myConfigMap`. */
function identifier(text: string): string {
  const [first = '', ...others] = text.split(/[^A-Za-z0-9_$]+/).filter((word) => word !== '');
  const joined = first + others.map(capitalised).join('');
  const named = joined === '' ? 'resource' : joined[0]!.toLowerCase() + joined.slice(1);
  return /^\d/.test(named) ? `_${named}` : named;
}

function capitalised(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}
