import fc from 'fast-check';
import { cmaAama } from '../../lambdas/core/exam-facts/cma-aama.ts';
import { formsFor } from '../../lambdas/core/forms.ts';
import { bodyOf, type Fields } from './site.ts';

export const marker = '"><script>alert(1)</script>';
const fields = Object.values(formsFor(cmaAama)).flatMap((form) => Object.keys(form.shape));

export const oddText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ maxLength: 300 }),
  fc.constantFrom(marker, '', ' ', '\u0000', '\u202e', '2026-11-20', '1', 'yes', 'member', 'UTC'),
);

export type Body = { type: string; text: string };

/** Bodies with the fields of our forms, with others beside them, and such as are no form. */
export function oddBody(...others: string[]): fc.Arbitrary<Body> {
  const names = new Set([...fields, ...others, '__proto__']);
  const value = fc.oneof(oddText, fc.array(oddText, { maxLength: 3 }));
  const input = fc.record(Object.fromEntries([...names].map((name) => [name, value])), { requiredKeys: [] });
  return fc.oneof(
    input.map((form) => ({ type: 'application/x-www-form-urlencoded', text: bodyOf(form as Fields).toString() })),
    fc
      .oneof(input, fc.jsonValue(), fc.record({ name: fc.jsonValue() }))
      .map((json) => ({ type: 'application/json', text: JSON.stringify(json) })),
    fc.record({
      type: fc.constantFrom('application/json', 'multipart/form-data; boundary=b', 'text/xml', ''),
      text: fc.string({ maxLength: 200 }),
    }),
  );
}
