import { functionSettings } from '../../bin/local/local-settings.ts';
import { addressIdOf } from '../../lambdas/adapters/address-id.ts';
import { type LocalService, tokenIn } from '../support/local-service.ts';
import { sesEvent } from '../support/ses-events.ts';
import { signUpForm } from '../support/site.ts';
import type { Mail, Outcome } from './life.ts';
import { keyOf, type Seen, type Service } from './lives.ts';

const { ADDRESS_KEY } = functionSettings({ baseUrl: '', issuer: '' });

/** One candidate of the service that `npm start` runs, reached by its routes alone. */
export async function runningService(service: LocalService, email: string) {
  const headers = { authorization: `Bearer ${await service.staffToken()}` };
  let token = '';
  let id = '';

  const api = (path: string, init: RequestInit = {}) =>
    fetch(`${service.baseUrl}/admin/api/candidates${path}`, {
      ...init,
      headers: { ...headers, 'content-type': 'application/json' },
    });
  const look = async () => (await (await api(`/${id}`)).json()) as Seen;
  let clock: number | undefined;
  /** Sets the clock, but never back to a moment that it shows already. */
  async function at(now: number) {
    if (now !== clock) await service.setClock({ now: new Date(now).toISOString() });
    clock = now;
  }

  const candidate: Service = {
    isRunning: true,
    async signUp(fields, now) {
      await at(now);
      return outcomeOf(await service.post('/sign-up', { ...signUpForm, email, ...fields }));
    },
    async confirm(now) {
      await at(now);
      await service.runMailer();
      const [confirmation] = await service.emails(email);
      if (!confirmation) throw new Error('The link did not arrive.');
      const answer = await service.post('/confirm', { token: tokenIn(confirmation) });
      token = new URLSearchParams(answer.headers.get('location')?.split('?')[1]).get('token') ?? '';
      const { candidates } = (await (await api(`?email=${email}`)).json()) as { candidates: { id: string }[] };
      id = candidates[0]?.id ?? '';
      return outcomeOf(answer);
    },
    async act(deed, isStaff, now) {
      await at(now);
      const { type } = deed;
      if (type === 'bounce' || type === 'complaint') return report(type, deed.mail);
      const seen = await look();
      const fields = { ...deed.fields, ...(type === 'undo' && { entry: seen.undoable ?? '' }) };
      if (!isStaff) return outcomeOf(await service.post(`/my/${type}`, { token, ...fields }));
      const path =
        type === 'resend'
          ? `emails/${deed.mail ? keyOf(seen, deed.mail) : 'none'}/resend`
          : type === 'acknowledge'
            ? `flags/${deed.flag}/acknowledge`
            : type;
      return outcomeOf(await api(`/${id}/${path}`, { method: 'POST', body: JSON.stringify(fields) }));
    },
    async sweep(now) {
      await at(now);
      await service.runMailer();
    },
    look,
  };

  async function report(type: 'bounce' | 'complaint', mail: Mail | undefined): Promise<Outcome> {
    if (mail === undefined) return 'done';
    const key = keyOf(await look(), mail);
    const tags = { 'record-type': 'candidate', 'record-id': id, 'email-key': key };
    const addressId = addressIdOf(ADDRESS_KEY)(email);
    const message = { messageId: key, source: undefined, destinations: [email] };
    const event = sesEvent(
      type === 'bounce' ? 'Bounce' : 'Complaint',
      { ...message, tags: { ...tags, 'address-id': addressId } },
      type === 'bounce' ? { bounceType: 'Permanent' } : {},
    );
    return outcomeOf(
      await fetch(`${service.baseUrl}/local/ses-events`, { method: 'POST', body: JSON.stringify(event) }),
    );
  }

  return {
    candidate,
    /** How many emails came after the confirmation; forgets the candidate and the mailbox. */
    async end(): Promise<number> {
      const emails = await service.emails(email);
      await api(`/${id}`, { method: 'DELETE' });
      await service.runMailer();
      await fetch(`${service.mailboxUrl}/clear-store`, { method: 'POST' });
      return emails.length - 1;
    },
  };
}

function outcomeOf({ status, url }: Response): Outcome {
  if (status < 400) return 'done';
  if ([404, 409, 422].includes(status)) return 'refused';
  throw new Error(`${url} answers ${status}`);
}
