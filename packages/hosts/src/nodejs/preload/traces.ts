import { createPositionMapper, type Position, type PositionMapper } from './positions.ts';
import type { FrameAlias } from './ts-node-frames.ts';

type CallSite = NodeJS.CallSite & { getScriptNameOrSourceURL(): string | null };

export interface Traces {
  /** Code that runs under a file's name but is not what the file holds: transpiled sources with inline maps. */
  readonly outputs: Map<string, string>;
  readonly prepareStackTrace: (error: Error, sites: CallSite[]) => string;
}

export interface TraceOptions {
  readonly preloadPath: string;
  /** What to show in place of the preload's own frames, by their functions' names. */
  readonly aliases: () => ReadonlyMap<string, FrameAlias>;
}

/**
 * Formats stack traces exactly as `source-map-support` does, from which the SDK also reads the positions of resources,
 * at a fraction of the cost.
 */
export function createTraces(options: TraceOptions): Traces {
  const outputs = new Map<string, string>();
  const mapper = createPositionMapper(outputs);
  const alias = (site: CallSite, source: string): FrameAlias | undefined =>
    source === options.preloadPath ? options.aliases().get(site.getFunctionName() ?? '') : undefined;
  return {
    outputs,
    prepareStackTrace(error, sites) {
      const headline = `${error.name || 'Error'}: ${error.message || ''}`;
      try {
        return headline + formatSites(sites, mapper, alias);
      } catch {
        // A trace that cannot be made must not hide the error it belongs to.
        return headline + sites.map((site) => `\n    at ${site}`).join('');
      }
    },
  };
}

function formatSites(
  sites: readonly CallSite[],
  mapper: PositionMapper,
  aliasOf: (site: CallSite, source: string) => FrameAlias | undefined,
): string {
  let text = '';
  // A frame's name is what the source calls the function at the place that calls it, so callers come first.
  let caller: Position | undefined;
  for (let at = sites.length - 1; at >= 0; at -= 1) {
    const site = sites[at]!;
    if (site.isNative()) {
      text = `\n    at ${site}${text}`;
      caller = undefined;
      continue;
    }
    const source = site.getFileName() || site.getScriptNameOrSourceURL();
    const alias = source ? aliasOf(site, source) : undefined;
    if (alias !== undefined) {
      text = `\n    at ${formatAlias(site, alias, mapper.originalOf(alias))}${text}`;
      caller = undefined;
      continue;
    }
    if (source) {
      const position = mapper.originalOf(placeOf(site, source));
      text = `\n    at ${formatSite(site, position.source + placeText(position), caller?.name)}${text}`;
      caller = position;
      continue;
    }
    text = `\n    at ${formatEvaluated(site, mapper)}${text}`;
  }
  return text;
}

function formatAlias(site: CallSite, { name }: FrameAlias, { source, line, column }: Position): string {
  const method = site.getMethodName() ?? '';
  const suffix = name.endsWith(`.${method}`) ? '' : ` [as ${method}]`;
  return `${name}${suffix} (${source}:${line}:${column + 1})`;
}

function placeOf(site: CallSite, source: string): Position {
  return { source, line: site.getLineNumber() ?? 0, column: (site.getColumnNumber() ?? 0) - 1 };
}

function placeText({ line, column }: Position): string {
  if (line === 0) return '';
  return column === -1 ? `:${line}` : `:${line}:${column + 1}`;
}

function formatEvaluated(site: CallSite, mapper: PositionMapper): string {
  const origin = site.isEval() ? site.getEvalOrigin() : undefined;
  if (!origin) return String(site);
  const line = site.getLineNumber();
  const column = site.getColumnNumber();
  const place = line === null ? '' : `:${line}${column ? `:${column}` : ''}`;
  return formatSite(site, `${mapEvalOrigin(origin, mapper)}, <anonymous>${place}`, undefined);
}

/** Maps the place in V8's `eval at f (file:line:column)`, which nests. */
function mapEvalOrigin(origin: string, mapper: PositionMapper): string {
  const plain = /^eval at ([^(]+) \((.+):(\d+):(\d+)\)$/.exec(origin);
  if (plain !== null) {
    const [, name, source, line, column] = plain;
    const position = mapper.originalOf({ source: source!, line: Number(line), column: Number(column) - 1 });
    return `eval at ${name} (${position.source}:${position.line}:${position.column + 1})`;
  }
  const nested = /^eval at ([^(]+) \((.+)\)$/.exec(origin);
  return nested === null ? origin : `eval at ${nested[1]} (${mapEvalOrigin(nested[2]!, mapper)})`;
}

function formatSite(site: CallSite, location: string, mappedName: string | null | undefined): string {
  const functionName = mappedName || site.getFunctionName();
  const isConstructor = site.isConstructor();
  if (isConstructor) return `new ${functionName || '<anonymous>'} (${location})`;
  if (site.isToplevel()) return functionName ? `${functionName} (${location})` : location;
  return `${methodText(site, functionName)} (${location})`;
}

function methodText(site: CallSite, functionName: string | null): string {
  const given = site.getTypeName();
  const typeName = given === '[object Object]' ? 'null' : given;
  const methodName = site.getMethodName();
  if (!functionName) return `${typeName}.${methodName || '<anonymous>'}`;
  let text = typeName && !functionName.startsWith(typeName) ? `${typeName}.${functionName}` : functionName;
  if (methodName && functionName.indexOf(`.${methodName}`) !== functionName.length - methodName.length - 1) {
    text += ` [as ${methodName}]`;
  }
  return text;
}
