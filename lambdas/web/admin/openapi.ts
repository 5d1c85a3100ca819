import type { Context } from 'hono';
import * as z from 'zod/mini';
import { flags } from '../../core/candidate.ts';
import type { Exam } from '../../core/exam.ts';
import { type Forms, formsFor } from '../../core/forms.ts';
import { type ErrorCode, statusOf } from '../http-error.ts';
import type { SignedIn } from './admin-context.ts';
import { type Answers, answerSchemas } from './answer-schemas.ts';
import { maxPerPage } from './list-query.ts';

/** A route of the API, with all that its description says. */
export type ApiRoute = {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Variables are in braces. */
  path: string;
  id: string;
  tag: 'lists' | 'candidates' | 'actions' | 'description';
  summary: string;
  description?: string;
  query?: z.ZodMiniObject;
  /** A form, or the schema of each media type. */
  body?: keyof Forms | Record<string, z.ZodMiniType>;
  /** The error codes beside those that every such route has. */
  codes?: readonly ErrorCode[];
  /** The answers that it is done, by status; the candidate as it is now, if there are none. */
  answers?: (schemas: Answers) => Record<number, object>;
  handle: (c: Context<SignedIn>) => Response | Promise<Response>;
};

/** The staff API's description, built from the schemas that validate its requests. */
export function openApiDocument(routes: readonly ApiRoute[], exam: Exam, organization: string) {
  const answers = answerSchemas();
  const forms = formsFor(exam);
  const byPath = Object.entries(Object.groupBy(routes, ({ path }) => path)).map(([path, ofPath = []]) => [
    path,
    Object.fromEntries(ofPath.map((route) => [route.method.toLowerCase(), operation(route, forms, answers)])),
  ]);
  return {
    openapi: '3.1.0',
    info: {
      title: `Retake Reminders: staff API of ${organization}`,
      version: '1',
      description:
        'Repeating an action changes nothing; the answer is the candidate as they are then. A token with the read-only scope can only GET.',
    },
    servers: [{ url: '/admin/api' }],
    security: [{ staff: [] }],
    tags: [...new Set(routes.map(({ tag }) => tag))].map((name) => ({ name })),
    paths: Object.fromEntries(byPath),
    components: {
      schemas: { Candidate: schemaOf(answers.detail, 'output'), Error: schemaOf(answers.error) },
      responses: { Error: json('What went wrong', ref('Error')) },
      securitySchemes: { staff: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
    },
  };
}

/** The candidate as it is now. */
export const detailAnswer = () => json('The candidate as they are now', ref('Candidate'));

export function json(description: string, schema: object) {
  return { description, content: { 'application/json': { schema } } };
}

export function schemaOf(schema: z.ZodMiniType, io: 'input' | 'output' = 'input') {
  const { $schema, ...rest } = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    override({ jsonSchema }) {
      if (io === 'input') return;
      // Programs have to accept fields that are added later, and an answer has no defaults.
      delete jsonSchema.additionalProperties;
      delete jsonSchema.default;
    },
  });
  return rest;
}

function operation(route: ApiRoute, forms: Forms, answers: Answers) {
  const { method, path, id, tag, summary, description, query, body } = route;
  const inPath = [...path.matchAll(/{(\w+)}/g)].map(([, name = '']) => name);
  return {
    operationId: id,
    tags: [tag],
    summary,
    ...(description && { description }),
    parameters: [
      ...inPath.map((name) => ({
        ...{ name, in: 'path', required: true },
        schema: name === 'flag' ? { enum: flags } : { type: 'string' },
      })),
      ...(query ? parameters(query) : []),
    ],
    ...(body && { requestBody: requestBody(body, forms) }),
    responses: {
      ...(route.answers?.(answers) ?? { 200: detailAnswer() }),
      ...problems([
        ...(['unauthorized', 'unknown-parameter', 'internal'] as const),
        ...(method === 'GET' ? [] : (['read-only', 'body-too-large'] as const)),
        ...(method === 'POST' || method === 'PATCH'
          ? (['unreadable-body', 'unsupported-media-type', 'invalid'] as const)
          : []),
        ...(inPath.length > 0 ? (['not-found'] as const) : []),
        ...(route.codes ?? []),
      ]),
    },
  };
}

function parameters(query: z.ZodMiniObject) {
  // It is text in the address, which its schema checks first.
  const limit = { type: 'integer', minimum: 1, maximum: maxPerPage, default: 50 };
  return Object.entries(schemaOf(query).properties ?? {}).map(([name, schema]) => ({
    ...{ name, in: 'query' },
    schema: name === 'limit' ? limit : schema,
  }));
}

const formTypes = ['application/json', 'application/x-www-form-urlencoded', 'multipart/form-data'];

function requestBody(body: NonNullable<ApiRoute['body']>, forms: Forms) {
  const schemas = typeof body === 'string' ? Object.fromEntries(formTypes.map((type) => [type, forms[body]])) : body;
  const content = Object.entries(schemas).map(([type, schema]) => [type, { schema: schemaOf(schema) }]);
  return { required: typeof body !== 'string', content: Object.fromEntries(content) };
}

/** The answers to a request that is refused, with the codes that each may have. */
function problems(codes: readonly ErrorCode[]) {
  return Object.fromEntries(
    Object.entries(Object.groupBy(codes, (code) => statusOf(code))).map(([status, ofStatus = []]) => {
      const narrowed = { properties: { error: { properties: { code: { enum: ofStatus } } } } };
      return [status, json(ofStatus.join(', '), { allOf: [ref('Error'), narrowed] })];
    }),
  );
}

function ref(name: string) {
  return { $ref: `#/components/schemas/${name}` };
}
