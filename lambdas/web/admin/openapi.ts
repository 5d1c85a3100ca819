import * as z from 'zod/mini';
import type { StaffForm } from '../../core/action-forms.ts';
import { flags } from '../../core/candidate.ts';
import { skipReasons } from '../../core/email.ts';
import type { Exam } from '../../core/exam.ts';
import { type Forms, formsFor } from '../../core/forms.ts';
import { maxImportRows } from '../../services/import.ts';
import type { ErrorCode } from '../http-error.ts';
import { type Answers, answerSchemas } from './answer-schemas.ts';
import { importQuerySchema, importSchema } from './import-body.ts';
import { listQuerySchema, maxPerPage } from './list-query.ts';
import { queryParameters } from './query-parameters.ts';

/** What the description says of a deed; its operation is called like its path if `id` doesn't say. */
type DeedRoute = {
  id?: string;
  summary: string;
  body?: z.ZodMiniType;
  codes?: ErrorCode[];
  done?: 202;
};

/** The staff API's description, built from the schemas that validate its requests. */
export function openApiDocument(exam: Exam, organization: string) {
  const forms = formsFor(exam);
  const answers = answerSchemas();
  return {
    openapi: '3.1.0',
    info: {
      title: `Retake Reminders: the staff of ${organization}`,
      version: '1',
      description:
        'An action done twice changes nothing the second time. It answers with the candidate as it is then. A token with the scope for reading may only GET.',
    },
    servers: [{ url: '/admin/api' }],
    security: [{ staff: [] }],
    tags: [{ name: 'lists' }, { name: 'candidates' }, { name: 'actions' }, { name: 'description' }],
    paths: {
      '/candidates': { get: listOperation(answers), post: enrollOperation(forms) },
      '/candidates/import': { post: importOperation(answers) },
      ...listPaths(answers),
      ...candidatePaths(forms),
    },
    components: {
      schemas: { Candidate: schemaOf(answers.detail), Error: schemaOf(answers.error) },
      responses: { Error: json('What is wrong', ref('Error')) },
      securitySchemes: {
        staff: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
      },
    },
  };
}

const detail = () => json('The candidate as it is now', ref('Candidate'));

const reading: ErrorCode[] = ['unauthorized', 'unknown-parameter', 'internal'];
const writing: ErrorCode[] = [...reading, 'read-only', 'body-too-large'];
const withBody: ErrorCode[] = [...writing, 'unreadable-body', 'unsupported-media-type', 'invalid'];

function listOperation(answers: Answers) {
  return {
    operationId: 'listCandidates',
    tags: ['lists'],
    summary: 'List candidates',
    parameters: parameters('GET /candidates', listQuerySchema),
    responses: { 200: json('One page', schemaOf(answers.page)), ...problems(reading, 'invalid') },
  };
}

function enrollOperation(forms: Forms) {
  const headers = { location: { required: true, schema: { type: 'string' } } };
  return {
    operationId: 'enrollCandidate',
    tags: ['candidates'],
    summary: 'Enroll a candidate, who gets a link to confirm',
    requestBody: body(forms.enrollment),
    responses: { 200: detail(), 201: { ...detail(), headers }, ...problems(withBody, 'known') },
  };
}

function importOperation(answers: Answers) {
  return {
    operationId: 'importCandidates',
    tags: ['candidates'],
    summary: `Enroll up to ${maxImportRows} candidates; with \`dryRun=true\`, only say what would happen`,
    description:
      'As JSON, each row has the fields of `POST /candidates`. As `text/csv`, the first line names the columns, in any order: name (or first name and last name), email, attempt date, attempt number, membership, time zone, and, if you like, lowest areas, cohort and check-ins. `timeZone` is for rows without one. Cells are separated by commas, semicolons or tabs; dates may be written like 11/24/2026, and membership as yes or no. Rows are numbered from one; the header and empty lines do not count. `enrolled`: gets a link to confirm, or the link that went out confirms other answers now. `unchanged`: was enrolled with these answers before. `known`: has confirmed already. `mistakes`: is not enrolled; an address counts for the first row that has it.',
    parameters: parameters('POST /candidates/import', importQuerySchema),
    requestBody: {
      required: true,
      content: {
        'application/json': { schema: schemaOf(importSchema) },
        'text/csv': { schema: { type: 'string' } },
      },
    },
    responses: {
      200: json('What became of each row', schemaOf(answers.imported)),
      ...problems(withBody, 'too-many-rows'),
    },
  };
}

function listPaths(answers: Answers) {
  return {
    '/candidates.csv': {
      get: {
        operationId: 'exportCandidates',
        tags: ['lists'],
        summary: 'The same as a table, up to 10,000 rows',
        parameters: parameters('GET /candidates.csv', listQuerySchema),
        responses: {
          200: { description: 'One row for each', content: { 'text/csv': {} } },
          ...problems(reading, 'invalid', 'too-many-rows'),
        },
      },
    },
    '/summary': {
      get: {
        operationId: 'countCandidates',
        tags: ['lists'],
        summary: 'How many candidates stand where; up to a minute old',
        responses: { 200: json('The counts', schemaOf(answers.summary)), ...problems(reading) },
      },
    },
    '/openapi.json': {
      get: {
        operationId: 'describeApi',
        tags: ['description'],
        summary: 'This document',
        responses: { 200: json('An OpenAPI document', { type: 'object' }), ...problems(reading) },
      },
    },
  };
}

/** The deeds on a candidate, by the path below the candidate's. */
function deedRoutes(forms: Forms): Record<string, DeedRoute> {
  const exam: ErrorCode[] = ['unconfirmed', 'does-not-fit'];
  const routes: Record<StaffForm, DeedRoute> = {
    attempts: { summary: 'Record an attempt', body: forms.attempt, codes: exam },
    'correct-date': {
      summary: 'Correct the date of the latest attempt',
      body: forms.date,
      codes: exam,
    },
    booked: {
      summary: 'Note the day booked for the exam; an empty `examDate` takes it back',
      body: forms.booking,
      codes: exam,
    },
    passed: { summary: 'Mark as passed', codes: exam },
    'new-application': { summary: 'Start a new application', codes: exam },
    notes: {
      summary: 'Add a note; the same one by the same person within ten minutes is a repeat',
      body: forms.note,
    },
    undo: {
      summary: 'Take back the last thing recorded of the exam, however long ago',
      body: forms.undo,
      codes: exam,
    },
    'clear-bounce': { summary: 'Write to the address again after a bounce' },
    'clear-complaint': {
      summary: 'Write to the address again after a spam report that was a mistake',
      body: forms.note,
    },
  };
  return {
    ...routes,
    'change-email': {
      summary: 'Send a link to a new address, which the candidate then confirms',
      body: forms.email,
      codes: ['unconfirmed', 'mailbox-limited'],
      done: 202,
    },
    'emails/{key}/resend': {
      id: 'resendEmail',
      summary: 'Send an email again; for someone unconfirmed, the link, good for seven days more',
      codes: ['unconfirmed', 'on-its-way', 'too-early', ...skipReasons],
    },
    'flags/{flag}/acknowledge': {
      id: 'acknowledgeFlag',
      summary: 'Acknowledge a flag; a note is kept even if a colleague was faster',
      body: forms.acknowledgement,
    },
  };
}

function candidatePaths(forms: Forms) {
  const routes = Object.entries(deedRoutes(forms)).map(
    ([path, { id, summary, body: schema, codes = [], done = 200 }]) => [
      `/candidates/{id}/${path}`,
      {
        parameters: ['id', ...[...path.matchAll(/{(\w+)}/g)].map(([, name = '']) => name)].map(inPath),
        post: {
          operationId: id ?? path.replaceAll(/-(.)/g, (_dash, letter: string) => letter.toUpperCase()),
          tags: ['actions'],
          summary,
          ...(schema && { requestBody: body(schema) }),
          responses: { [done]: detail(), ...problems(withBody, 'not-found', ...codes) },
        },
      },
    ],
  );
  return {
    '/candidates/{id}': {
      parameters: [inPath('id')],
      get: {
        operationId: 'getCandidate',
        tags: ['candidates'],
        summary: 'One candidate, with attempts, emails, history and notes',
        responses: { 200: detail(), ...problems(reading, 'not-found') },
      },
      patch: {
        operationId: 'changeCandidate',
        tags: ['candidates'],
        summary: 'Change details; an empty or null `cohort` removes it',
        description:
          'Before the candidate has confirmed, this also changes what the link confirms. While they are confirming, it is refused as `unconfirmed`: send it again a moment later.',
        requestBody: body(forms.changes),
        responses: { 200: detail(), ...problems(withBody, 'not-found', 'unconfirmed') },
      },
      delete: {
        operationId: 'eraseCandidate',
        tags: ['candidates'],
        summary: 'Erase a candidate',
        responses: { 204: { description: 'Erased' }, ...problems(writing, 'not-found') },
      },
    },
    ...Object.fromEntries(routes),
  };
}

function parameters(route: string, schema: z.ZodMiniType) {
  const { properties = {} } = schemaOf(schema);
  // It is text in the address, which its schema checks first.
  const limit = { type: 'integer', minimum: 1, maximum: maxPerPage, default: 50 };
  return (queryParameters[route] ?? []).map((name) => ({
    name,
    in: 'query',
    schema: name === 'limit' ? limit : properties[name],
  }));
}

function inPath(name: string) {
  const schema = name === 'flag' ? { enum: flags } : { type: 'string' };
  return { name, in: 'path', required: true, schema };
}

function body(schema: z.ZodMiniType) {
  const content = { schema: schemaOf(schema) };
  return {
    content: {
      'application/json': content,
      'application/x-www-form-urlencoded': content,
      'multipart/form-data': content,
    },
  };
}

function json(description: string, schema: object) {
  return { description, content: { 'application/json': { schema } } };
}

const statuses: Partial<Record<ErrorCode, number>> = {
  'unknown-parameter': 400,
  'unreadable-body': 400,
  unauthorized: 401,
  'read-only': 403,
  'not-found': 404,
  'body-too-large': 413,
  'unsupported-media-type': 415,
  invalid: 422,
  'too-many-rows': 422,
  internal: 500,
};

/** The answers to a request that is refused, with the codes that each may have. */
function problems(codes: readonly ErrorCode[], ...more: readonly ErrorCode[]) {
  const statusOf = (code: ErrorCode) => statuses[code] ?? 409;
  const all = [...codes, ...more];
  return Object.fromEntries(
    all.map(statusOf).map((status) => [status, problem(all.filter((code) => statusOf(code) === status))]),
  );
}

function problem(codes: readonly ErrorCode[]) {
  return {
    description: codes.join(', '),
    content: {
      'application/json': {
        schema: {
          allOf: [ref('Error'), { properties: { error: { properties: { code: { enum: codes } } } } }],
        },
      },
    },
  };
}

function ref(name: string) {
  return { $ref: `#/components/schemas/${name}` };
}

function schemaOf(schema: z.ZodMiniType) {
  const { $schema, ...rest } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return rest;
}
