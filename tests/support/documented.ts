import { dereference } from '@readme/openapi-parser';
import { Ajv2020, type AnySchema } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

type Media = { schema?: AnySchema };
type Answer = { content?: Record<string, Media> };
type Operation = { responses: Record<string, Answer> };
type Described = { paths: Record<string, Record<string, Operation>>; components: { responses: { Error: Answer } } };

const methods = ['get', 'post', 'put', 'patch', 'delete'];

/** Checks answers against an OpenAPI document; what the document does not say of an answer is an error. */
export async function documentedBy(document: unknown) {
  const copy = closed(document) as Parameters<typeof dereference>[0];
  const { paths, components } = (await dereference(copy)) as unknown as Described;
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  const templates = Object.keys(paths).map((path) => ({
    path,
    pattern: new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`),
  }));

  /** What is not described is an address that does not exist, or has a slash too many. */
  const nowhere: Operation = {
    responses: {
      308: {},
      ...Object.fromEntries([401, 403, 404, 405].map((status) => [status, components.responses.Error])),
    },
  };

  function operationFor(method: string, pathname: string): [string, Operation] {
    const known = templates.find(({ path }) => path === pathname);
    const { path } = known ?? templates.find(({ pattern }) => pattern.test(pathname)) ?? {};
    const operation = path && paths[path]?.[method === 'head' ? 'get' : method];
    return operation ? [`${method} ${path}`, operation] : [`${method} anything else`, nowhere];
  }

  return {
    operations: Object.entries(paths).flatMap(([path, operations]) =>
      methods.filter((method) => method in operations).map((method) => `${method} ${path}`),
    ),
    async check(method: string, pathname: string, response: Response): Promise<void> {
      const [name, { responses }] = operationFor(method.toLowerCase(), pathname);
      const answer = responses[response.status] ?? responses.default;
      if (answer === undefined) throw new Error(`${name} does not describe ${response.status}.`);
      const text = await response.clone().text();
      const type = response.headers.get('content-type')?.split(';')[0] ?? '';
      if (answer.content === undefined) {
        if (text !== '') throw new Error(`${name} ${response.status} describes no content: ${text}`);
        return;
      }
      const media = answer.content[type];
      if (media === undefined) throw new Error(`${name} ${response.status} is not ${type}.`);
      if (media.schema === undefined || method === 'HEAD') return;
      const validate = ajv.compile(media.schema);
      if (!validate(JSON.parse(text)))
        throw new Error(`${name} ${response.status}: ${ajv.errorsText(validate.errors)} in ${text}`);
    },
  };
}

/** The same document, in whose schemas a property that is not described is wrong. */
function closed(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(closed);
  if (typeof part !== 'object' || part === null) return part;
  const entries = Object.entries(part).map(([key, value]) => [key, closed(value)]);
  // Without a type, it only narrows another schema.
  const isObject = 'type' in part && 'properties' in part && !('additionalProperties' in part);
  return Object.fromEntries([...entries, ...(isObject ? [['additionalProperties', false]] : [])]);
}
