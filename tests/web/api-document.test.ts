import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { documentedBy } from '../support/documented.ts';
import { issuerForAll } from '../support/issuer.ts';
import { oddText } from '../support/odd-requests.ts';
import { type Admin, anAdmin } from '../support/staff.ts';
import { enrollmentForm } from '../support/staff-desk.ts';
import { runs } from '../support/thorough.ts';

type Limits = Record<
  'minProperties' | 'minLength' | 'maxLength' | 'minItems' | 'maxItems' | 'minimum' | 'maximum',
  number
>;
type Schema = Partial<Limits & Record<'type' | 'format' | 'pattern', string>> & {
  anyOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: unknown;
  items?: Schema;
  enum?: unknown[];
};
type Parameter = { name: string; in: string; schema: Schema };
type Operation = {
  operationId: string;
  tags: string[];
  parameters?: Parameter[];
  requestBody?: { content: Record<string, { schema: Schema }> };
  responses: Record<string, { content?: Record<string, { schema: unknown }> }>;
};
type Route = { method: string; path: string; operation: Operation };

const issuer = issuerForAll();
let admin: Admin;
let authorization: string;
let documented: Awaited<ReturnType<typeof documentedBy>>;
let routes: Route[];
let ids: string[];

beforeAll(async () => {
  admin = await anAdmin(issuer);
  authorization = `Bearer ${await issuer.programToken()}`;
  const document = (await (await ask('GET', '/openapi.json')).json()) as {
    paths: Record<string, Record<string, Operation> & { parameters?: Parameter[] }>;
  };
  documented = await documentedBy(document);
  routes = Object.entries(document.paths).flatMap(([path, { parameters = [], ...operations }]) =>
    Object.entries(operations).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      operation: { ...operation, parameters: [...parameters, ...(operation.parameters ?? [])] },
    })),
  );
  const threeAttempts = ['2026-03-02', '2026-06-02', '2026-11-02'];
  ids = [
    await admin.add({ email: 'ana@example.com', attempts: ['2026-11-10'] }),
    await admin.add({ email: 'ben@example.com', attempts: threeAttempts }),
  ];
  const enrolled = await ask('POST', '/candidates', JSON.stringify(enrollmentForm));
  ids.push(((await enrolled.json()) as { id: string }).id);
});
async function ask(method: string, path: string, body?: string, type = 'application/json') {
  return admin.app.request(`/admin/api${path}`, {
    method,
    headers: { authorization, ...(body !== undefined && { 'content-type': type }) },
    ...(body !== undefined && { body }),
  });
}

const filled = (path: string, id = ids[0] ?? '') =>
  path.replace('{id}', id).replace('{key}', 'reminder-1-1-2026-12-10').replace('{flag}', 'third-attempt-used');

function asForm(fields: Record<string, unknown>): URLSearchParams {
  const text = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));
  return new URLSearchParams(
    Object.entries(fields).map(([name, value]): [string, string] => [name, text(value) ?? '']),
  );
}

/** A value that the schema allows. */
function valid({ anyOf, enum: values, type, format, minLength = 0 }: Schema): unknown {
  if (anyOf?.[0]) return valid(anyOf[0]);
  if (values) return values[0];
  if (format === 'date') return '2026-11-20';
  if (format === 'email') return 'new@example.com';
  if (type === 'array') return [];
  return type === 'string' || type === undefined ? 'a'.repeat(Math.max(minLength, 1)) : 1;
}

type Edge = { says: keyof Schema; isAllowed: boolean; value: unknown };

/** The values just inside and just outside of what the schema allows. */
function edgesOf(schema: Schema): Edge[] {
  const { anyOf, type, format, minimum = 0, maximum = 0, maxLength = 0, maxItems = 0, items } = schema;
  if (anyOf) return anyOf.flatMap(edgesOf);
  const list = (length: number) => Array.from({ length }, (_, index) => items?.enum?.[index] ?? {});
  const text = (length: number) =>
    format === 'email' ? `${'a'.repeat(Math.max(length - 12, 0))}@example.com` : 'a'.repeat(length);
  const allowed: [keyof Schema, unknown][] = [
    ...(schema.enum ?? []).map((value): [keyof Schema, unknown] => ['enum', value]),
    // A local part has up to 64 characters, so the longest address has a long domain.
    ['maxLength', text(format === 'email' ? 64 : maxLength)],
    ['maxItems', list(maxItems)],
    ['minimum', minimum],
    ['maximum', maximum],
  ];
  const refused: [keyof Schema, unknown][] = [
    ['enum', 'none-of-these'],
    ['format', 'x'],
    ['minLength', ''],
    ['maxLength', text(maxLength + 1)],
    ['minItems', []],
    ['maxItems', list(maxItems + 1)],
    ['minimum', minimum - 1],
    ['maximum', maximum + 1],
    ['pattern', '~'],
  ];
  if (type === 'null') allowed.push(['type', null]);
  if (type === 'string') refused.push(['type', { no: 'text' }]);
  return [
    ...allowed.map(([says, value]) => ({ says, value, isAllowed: true })),
    ...refused.map(([says, value]) => ({ says, value, isAllowed: false })),
  ].filter(({ says }) => says in schema);
}

describe('the document and the API agree', () => {
  it('on every limit of a body: just inside is taken, just outside is refused by field', async () => {
    let tried = 0;
    for (const { method, path, operation } of routes) {
      const schema = operation.requestBody?.content['application/json']?.schema;
      if (!schema) continue;
      const { properties = {}, required = [] } = schema;
      const base = Object.fromEntries(required.map((name) => [name, valid(properties[name]!)]));
      const withZone = 'timeZone' in properties && required.includes('timeZone');
      const body = { ...base, ...(withZone && { timeZone: 'America/New_York' }) };
      const refusalOf = async (name: string, json: object) => {
        tried += 1;
        const response = await ask(method, filled(path), JSON.stringify(json));
        await documented.check(method, filled(path), response);
        const { error } = (await response.json()) as { error?: { fields?: object } };
        return response.status === 422 && (!error?.fields || name in error.fields);
      };
      for (const [name, property] of Object.entries(properties)) {
        for (const { says, value, isAllowed } of edgesOf(property))
          expect(await refusalOf(name, { ...body, [name]: value }), `${path} ${name} ${says} ${value}`).toBe(
            !isAllowed,
          );
        const without = Object.fromEntries(Object.entries(body).filter(([key]) => key !== name));
        if (required.includes(name)) expect(await refusalOf(name, without), `${path} ${name}`).toBe(true);
      }
      if (schema.additionalProperties === false) expect(await refusalOf('other', { ...body, other: 'x' })).toBe(true);
      if (schema.minProperties) expect(await refusalOf('form', {})).toBe(true);
    }
    expect(tried).toBeGreaterThan(80);
  });

  it('on every limit of a parameter, and that there are no others', async () => {
    for (const { method, path, operation } of routes) {
      const parameters = (operation.parameters ?? []).filter((one) => one.in === 'query');
      for (const { name, schema } of method === 'GET' ? parameters : [])
        for (const { says, value, isAllowed } of edgesOf(schema).filter((one) => one.says !== 'type')) {
          const { status } = await ask(method, `${filled(path)}?${new URLSearchParams({ [name]: String(value) })}`);
          expect([path, name, says, value, status === 200]).toEqual([path, name, says, value, isAllowed]);
        }
      const twice = parameters.slice(0, 1).map(({ name }) => `${name}=1&${name}=1`);
      for (const query of ['other=1', 'constructor=1', ...twice])
        expect([path, query, (await ask(method, `${filled(path)}?${query}`)).status]).toEqual([path, query, 400]);
    }
  });

  it('on the flags in a path, and that every operation has its own name and says how it may fail', async () => {
    const ofFlag = routes.find(({ path }) => path.includes('{flag}'));
    const [, flag] = ofFlag?.operation.parameters ?? [];
    for (const name of [...(flag?.schema.enum ?? []), 'none-of-these'])
      expect((await ask('POST', `/candidates/${ids[0]}/flags/${name}/acknowledge`)).status).toBe(
        name === 'none-of-these' ? 404 : 200,
      );
    expect(new Set(routes.map(({ operation }) => operation.operationId)).size).toBe(routes.length);
    for (const { path, method, operation } of routes) {
      const always = ['400', '401', '500', ...(method === 'GET' ? [] : ['403', '413'])];
      const withId = path.includes('{id}') ? ['404'] : [];
      expect(Object.keys(operation.responses)).toEqual(expect.arrayContaining([...always, ...withId]));
      expect(operation.tags).toHaveLength(1);
    }
  });

  it('on every answer, whatever is sent', async () => {
    const value = (schema: Schema) =>
      fc.oneof(
        fc.constant(valid(schema)),
        ...edgesOf(schema).map(({ value: edge }) => fc.constant(edge)),
        oddText,
        fc.jsonValue({ maxDepth: 1 }),
      );
    const request = fc.constantFrom(...routes).chain((route) => {
      const { content = {} } = route.operation.requestBody ?? {};
      const { properties = {} } = content['application/json']?.schema ?? {};
      const query = (route.operation.parameters ?? []).filter((one) => one.in === 'query');
      const record = (fields: [string, Schema][]) =>
        fc.record(Object.fromEntries(fields.map(([name, schema]) => [name, value(schema)])), { requiredKeys: [] });
      return fc.record({
        method: fc.constant(route.method),
        path: fc.constant(route.path),
        id: fc.oneof(
          { weight: 4, arbitrary: fc.constantFrom(...(route.method === 'DELETE' ? ['gone'] : ids)) },
          { weight: 1, arbitrary: oddText.map((text) => encodeURIComponent(text.toWellFormed())) },
        ),
        json: record(Object.entries(properties)),
        query: record(query.map(({ name, schema }) => [name, schema])),
        type: fc.constantFrom(...Object.keys(content), 'application/json', 'text/plain'),
      });
    });
    await fc.assert(
      fc.asyncProperty(request, async ({ method, path, id, json, query, type }) => {
        const parameters = asForm(query);
        const where = filled(path, id === '' ? '%20' : id);
        const body = type.includes('json') ? JSON.stringify(json) : asForm(json).toString();
        const response = await ask(method, `${where}?${parameters}`, method === 'GET' ? undefined : body, type);
        expect(response.status).toBeLessThan(500);
        const { pathname } = new URL(`https://x${where}`);
        if (path.includes('{id}') && pathname.split('/').length !== path.split('/').length) return;
        await documented.check(method, pathname, response);
      }),
      { numRuns: runs(2000) },
    );
    expect(admin.logged.join()).not.toMatch(/request-failed|example\.com|Ana Flores/);
  }, 120_000);
});
