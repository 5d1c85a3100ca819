import * as z from 'zod/mini';
import { type StaffForm, staffForms } from '../../core/action-forms.ts';
import { flags } from '../../core/candidate.ts';
import type { Exam } from '../../core/exam.ts';
import { type Forms, formsFor } from '../../core/forms.ts';
import { type Answers, answerSchemas } from './answer-schemas.ts';
import { listQuerySchema } from './list-query.ts';

const actionSummaries: Record<StaffForm, string> = {
  attempts: 'Record an attempt',
  'correct-date': 'Correct the date of the latest attempt',
  booked: 'Note the day booked for the exam; an empty `examDate` takes it back',
  passed: 'Mark as passed',
  'new-application': 'Start a new application',
  notes: 'Add a note',
  undo: 'Take back the last thing recorded of the exam',
  'clear-bounce': 'Write to the address again after a bounce',
  'clear-complaint': 'Write to the address again after a spam report that was a mistake',
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
        'An action done twice changes nothing the second time. It answers with the candidate as it is then.',
    },
    servers: [{ url: '/admin/api' }],
    security: [{ staff: [] }],
    paths: { ...listPaths(forms, answers), ...candidatePaths(forms) },
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

function listPaths(forms: Forms, answers: Answers) {
  return {
    '/candidates': {
      get: {
        summary: 'List candidates',
        parameters: listParameters(['status', 'flag', 'cohort', 'email', 'limit', 'cursor']),
        responses: { 200: json('One page', schemaOf(answers.page)), ...problems(422) },
      },
      post: {
        summary: 'Enroll a candidate, who gets a link to confirm',
        requestBody: body(forms.enrollment),
        responses: { 200: detail(), 201: detail(), ...problems(403, 409, 422) },
      },
    },
    '/candidates.csv': {
      get: {
        summary: 'The same as a table, up to 10,000 rows',
        parameters: listParameters(['status', 'flag', 'cohort', 'email']),
        responses: {
          200: { description: 'One row for each', content: { 'text/csv': {} } },
          ...problems(422),
        },
      },
    },
    '/summary': {
      get: {
        summary: 'How many candidates stand where; up to a minute old',
        responses: { 200: json('The counts', schemaOf(answers.summary)), ...problems() },
      },
    },
    '/openapi.json': {
      get: {
        summary: 'This document',
        responses: { 200: json('An OpenAPI document', { type: 'object' }), ...problems() },
      },
    },
  };
}

function candidatePaths(forms: Forms) {
  const actionBodies: Record<StaffForm, z.ZodMiniType | undefined> = {
    attempts: forms.attempt,
    'correct-date': forms.date,
    booked: forms.booking,
    passed: undefined,
    'new-application': undefined,
    notes: forms.note,
    undo: forms.undo,
    'clear-bounce': undefined,
    'clear-complaint': forms.note,
  };
  const actionAnswers = { 200: detail(), ...problems(403, 404, 409, 422) };
  const onCandidate = { parameters: [inPath('id')] };
  return {
    '/candidates/{id}': {
      ...onCandidate,
      get: {
        summary: 'One candidate, with attempts, emails and what staff did',
        responses: { 200: detail(), ...problems(404) },
      },
      delete: {
        summary: 'Erase a candidate',
        responses: { 204: { description: 'Erased' }, ...problems(403, 404) },
      },
    },
    ...Object.fromEntries(
      staffForms.map((action) => [
        `/candidates/{id}/${action}`,
        {
          ...onCandidate,
          post: {
            summary: actionSummaries[action],
            ...(actionBodies[action] && { requestBody: body(actionBodies[action]) }),
            responses: actionAnswers,
          },
        },
      ]),
    ),
    '/candidates/{id}/change-email': {
      ...onCandidate,
      post: {
        summary: 'Send a link to a new address, which the candidate then confirms',
        requestBody: body(forms.email),
        responses: { 202: detail(), ...problems(403, 404, 409, 422) },
      },
    },
    '/candidates/{id}/emails/{key}/resend': {
      parameters: [inPath('id'), inPath('key')],
      post: { summary: 'Send an email again', responses: actionAnswers },
    },
    '/candidates/{id}/flags/{flag}/acknowledge': {
      parameters: [inPath('id'), { ...inPath('flag'), schema: { enum: flags } }],
      post: {
        summary: 'Acknowledge a flag, with a note if there is one',
        requestBody: body(forms.acknowledgement),
        responses: actionAnswers,
      },
    },
  };
}

function listParameters(names: readonly string[]) {
  const { properties = {} } = schemaOf(listQuerySchema);
  return names.map((name) => ({ name, in: 'query', schema: properties[name] }));
}

function inPath(name: string) {
  return { name, in: 'path', required: true, schema: { type: 'string' } };
}

function body(schema: z.ZodMiniType) {
  const content = { schema: schemaOf(schema) };
  return {
    content: { 'application/json': content, 'application/x-www-form-urlencoded': content },
  };
}

function json(description: string, schema: object) {
  return { description, content: { 'application/json': { schema } } };
}

function problems(...statuses: number[]) {
  const answer = { $ref: '#/components/responses/Error' };
  return Object.fromEntries([401, ...statuses, 'default'].map((status) => [status, answer]));
}

function ref(name: string) {
  return { $ref: `#/components/schemas/${name}` };
}

function schemaOf(schema: z.ZodMiniType) {
  const { $schema, ...rest } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return rest;
}
