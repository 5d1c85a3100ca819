import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { documentedBy } from '../support/documented.ts';
import { issuerForAll } from '../support/issuer.ts';
import { oddText } from '../support/odd-requests.ts';
import { type Admin, anAdmin } from '../support/staff.ts';
import { enrollmentForm } from '../support/staff-desk.ts';
import { runs } from '../support/thorough.ts';

type Schema = {
  type?: string;
  anyOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: unknown;
  minProperties?: number;
  items?: Schema;
  enum?: unknown[];
  format?: string;
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  minimum?: number;
  maximum?: number;
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

type Edge = { says: string; value: unknown; isAllowed: boolean };

/** The values just inside and just outside of what the schema allows. */
function edgesOf({ anyOf, ...schema }: Schema): Edge[] {
  if (anyOf) return anyOf.flatMap(edgesOf);
  const { enum: values, type, format, minLength, maxLength, minItems, maxItems, items } = schema;
  const edges: Edge[] = [];
  const edge = (says: string, isAllowed: boolean, value: unknown) => edges.push({ says, isAllowed, value });
  const text = (length: number) =>
    format === 'email' ? `${'a'.repeat(Math.max(length - 12, 0))}@example.com` : 'a'.repeat(length);
  if (type === 'null') edge('null', true, null);
  if (type === 'string') edge('type', false, { no: 'text' });
  for (const value of values ?? []) edge('enum', true, value);
  if (values) edge('enum', false, 'none-of-these');
  if (format) edge('format', false, 'x');
  if (minLength) edge('minLength', false, '');
  if (maxLength !== undefined) {
    // A local part has up to 64 characters, so the longest address has a long domain.
    if (format !== 'email') edge('maxLength', true, text(maxLength));
    edge('maxLength', false, text(maxLength + 1));
  }
  if (minItems) edge('minItems', false, []);
  const item = (index: number) => items?.enum?.[index] ?? {};
  if (maxItems !== undefined)
    for (const length of [maxItems, maxItems + 1])
      edge(
        'maxItems',
        length === maxItems,
        Array.from({ length }, (_, index) => item(index)),
      );
  if (schema.minimum !== undefined) edge('minimum', true, schema.minimum);
  if (schema.minimum !== undefined) edge('minimum', false, schema.minimum - 1);
  if (schema.maximum !== undefined) edge('maximum', true, schema.maximum);
  if (schema.maximum !== undefined) edge('maximum', false, schema.maximum + 1);
  if (schema.pattern) edge('pattern', false, '~');
  return edges;
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
          expect([path, name, says, value, await refusalOf(name, { ...body, [name]: value })]).toEqual([
            path,
            name,
            says,
            value,
            !isAllowed,
          ]);
        const without = Object.fromEntries(Object.entries(body).filter(([key]) => key !== name));
        if (required.includes(name)) expect([path, name, await refusalOf(name, without)]).toEqual([path, name, true]);
      }
      if (schema.additionalProperties === false) expect(await refusalOf('other', { ...body, other: 'x' })).toBe(true);
      if (schema.minProperties) expect(await refusalOf('form', {})).toBe(true);
    }
    expect(tried).toBeGreaterThan(80);
  });

  it('on every limit of a parameter, and that there are no others', async () => {
    for (const { method, path, operation } of routes) {
      for (const { name, in: place, schema } of operation.parameters ?? []) {
        if (place === 'path') continue;
        for (const { says, value, isAllowed } of edgesOf(schema).filter((one) => one.says !== 'type')) {
          const query = new URLSearchParams({ [name]: String(value) });
          const response = await ask(method, `${filled(path)}?${query}`, method === 'GET' ? undefined : '{}');
          const isTaken = method === 'GET' ? response.status === 200 : response.status !== 422;
          if (method === 'GET')
            expect([path, name, says, value, isTaken]).toEqual([path, name, says, value, isAllowed]);
        }
      }
      const [first] = (operation.parameters ?? []).filter((one) => one.in === 'query');
      const twice = first ? [`${first.name}=1&${first.name}=1`] : [];
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
