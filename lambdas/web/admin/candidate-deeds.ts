import { parseAcknowledgement, parseAction, staffForms } from '../../core/action-forms.ts';
import { isFlag } from '../../core/flags.ts';
import type { FormInput } from '../../core/forms.ts';
import type { Staff } from '../../core/staff.ts';
import { resendEmailOrLink } from '../../services/enrollment.ts';
import { type ActionOutcome, perform } from '../../services/perform.ts';
import { requestNewAddressFor } from '../../services/request-links.ts';
import { notFound } from '../http-error.ts';
import type { AdminContext } from './admin-context.ts';

type Deed = (
  context: AdminContext,
  staff: Staff,
  at: Readonly<Record<string, string | undefined>>,
  input: FormInput,
) => Promise<ActionOutcome>;

/** What staff do to a candidate, on the pages and by the API alike; by the path below a candidate’s. */
export const deeds: readonly [path: string, deed: Deed][] = [
  ...staffForms.map((form): [string, Deed] => [
    form,
    (context, staff, { id = '' }, input) => perform(context, staff, id, parseAction(form, context.forms, input)),
  ]),
  [
    'change-email',
    (context, staff, { id = '' }, input) => requestNewAddressFor(context, staff, id, context.forms, input),
  ],
  ['emails/:key/resend', (context, staff, { id = '', key = '' }) => resendEmailOrLink(context, staff, id, key)],
  [
    'flags/:flag/acknowledge',
    async (context, staff, { id = '', flag = '' }, input) => {
      if (!isFlag(flag)) throw notFound();
      return perform(context, staff, id, parseAcknowledgement(flag, context.forms, input));
    },
  ],
];
