import { field, integerField, message } from './protobuf-writer.ts';

// biome-ignore lint/suspicious/noExplicitAny: a JSON document whose form its maker knows (open-api-v2.ts).
type Json = any;

/** What Go clients ask for; the older of the two is no valid media type, and so never an answer's. */
export const swaggerProtobufType = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf';
export const oldSwaggerProtobufType = 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf';

/** An OpenAPI v2 document as a `openapi.v2.Document` of google/gnostic (its openapiv2/OpenAPIv2.proto). */
export function swaggerProtobuf(document: Json): Buffer {
  return message(
    field(1, document.swagger),
    field(2, message(field(1, document.info.title), field(2, document.info.version))),
    field(8, named(2, document.paths, pathItem)),
    field(9, named(1, document.definitions, schema)),
  );
}

/** A map travels as a list of name and value, each in the field of that number. */
function named(number: number, entries: Json, write: (value: Json) => Buffer): Buffer {
  return Buffer.concat(
    Object.entries(entries).map(([name, value]) => field(number, message(field(1, name), field(2, write(value))))),
  );
}

const methodNumbers = { get: 2, put: 3, post: 4, delete: 5, patch: 8 } as const;

function pathItem(item: Json): Buffer {
  const methods = Object.entries(methodNumbers).filter(([method]) => item[method] !== undefined);
  return message(...methods.map(([method, number]) => field(number, operation(item[method]))));
}

function operation(given: Json): Buffer {
  const responses = named(1, given.responses, (response) => field(1, field(1, response.description)));
  return message(
    field(5, given.operationId),
    ...given.parameters.map((parameter: Json) => field(8, queryParameter(parameter))),
    field(9, responses),
    ...extensions(13, given),
  );
}

/** Parameter item, parameter, parameter without body, and at last the one in the query. */
function queryParameter(parameter: Json): Buffer {
  const query = message(
    field(2, parameter.in),
    field(4, parameter.name),
    field(6, parameter.type),
    integerField(20, 1),
  );
  return field(1, field(2, field(3, query)));
}

function schema(given: Json): Buffer {
  return message(
    given.$ref && field(1, given.$ref),
    given.format && field(2, given.format),
    ...(given.required ?? []).map((name: string) => field(19, name)),
    given.additionalProperties && field(21, additionalProperties(given.additionalProperties)),
    given.type && field(22, field(1, given.type)),
    given.items && field(23, field(1, schema(given.items))),
    given.properties && field(25, named(1, given.properties, schema)),
    ...extensions(31, given),
  );
}

function additionalProperties(given: Json): Buffer {
  return given === true ? integerField(2, 1) : field(1, schema(given));
}

/** Vendor extensions are YAML texts, of which JSON is one kind. */
function extensions(number: number, given: Json): Buffer[] {
  return Object.entries(given)
    .filter(([name]) => name.startsWith('x-'))
    .map(([name, value]) => field(number, message(field(1, name), field(2, field(2, `${JSON.stringify(value)}\n`)))));
}
