import { describe, expect, test } from 'vitest';
import { newAddress } from '../../lambdas/core/address.ts';
import type { Candidate } from '../../lambdas/core/candidate.ts';
import { formsFor } from '../../lambdas/core/forms.ts';
import { type NewAddressLink, pageLink } from '../../lambdas/core/pending-link.ts';
import { minutesAfter } from '../../lambdas/core/time.ts';
import { candidateAt } from '../../lambdas/services/addresses.ts';
import { erase } from '../../lambdas/services/erase.ts';
import type { MailboxLimits, Store } from '../../lambdas/services/ports.ts';
import { requestNewAddress, requestNewAddressFor, requestPageLink } from '../../lambdas/services/request-links.ts';
import { sweep } from '../../lambdas/services/send-emails.ts';
import { confirmLink, disownLink } from '../../lambdas/services/sign-up.ts';
import { aCandidate, aNewAddressLink, rules } from '../support/builders.ts';
import { inManyOrders } from '../support/interleaved.ts';
import { aMailer, scriptedSender } from '../support/mailer.ts';
import { memoryStore } from '../support/memory-store.ts';
import { aStaffDesk, dana } from '../support/staff-desk.ts';
import { now } from '../support/steps.ts';
import { unlimited } from '../support/unlimited.ts';

const forms = formsFor(rules.exam);
const ana = aCandidate({ id: 'ana', addressId: 'home', email: 'ana@home.example' });
const unconfirmed = { ...ana, enrollment: { linkId: 'l', expiresAt: '2026-11-30T15:00:00.000Z' } };
const aMinuteLater = minutesAfter(now, 1);

async function aStore(candidate: Candidate = ana, ...links: NewAddressLink[]) {
  const store = memoryStore();
  await store.save(candidate);
  await store.save({ ...newAddress(candidate.addressId, now), candidateId: candidate.id });
  for (const link of links) await store.save(link);
  return store;
}

const site = (store: Store, at = now) => aStaffDesk({ store, at }).dependencies;
const confirm = (store: Store, { id = 'n1', at = now } = {}) => confirmLink(site(store, at), id, () => true);
type Confirmed = Awaited<ReturnType<typeof confirm>>;
const linksIn = (store: ReturnType<typeof memoryStore>) =>
  store.all().filter((record) => record.type === 'pending-link');

describe('asking for the link to my page', () => {
  test('keeps neither the address nor anything of whoever has it, and reads nobody', async () => {
    const { store, dependencies, idOf } = aStaffDesk();
    store.read = () => Promise.reject(new Error('Someone was looked up.'));
    const input = { email: ' Ana+x@Home.example ', cohort: 'pills.example' };
    await requestPageLink(dependencies, forms, input, '192.0.2.1');

    expect(linksIn(store as ReturnType<typeof memoryStore>)).toEqual([
      {
        type: 'pending-link',
        id: expect.any(String),
        version: 1,
        createdAt: now,
        expiresAt: '2026-11-24T15:00:00.000Z',
        addressId: idOf('ana+x@home.example'),
        mailboxId: idOf('ana@home.example'),
        state: 'page-link',
        emails: [expect.objectContaining({ kind: 'page-link', notAfter: minutesAfter(now, 60) })],
      },
    ]);
  });

  test.each<[string, Partial<Candidate> | undefined, number, string]>([
    ['who is here', {}, 60, 'sent'],
    ['who stopped all emails', { emailState: 'unsubscribed' }, 0, 'sent'],
    ['whose address bounced', { emailState: 'bounced', bouncedAt: now }, 0, 'sent'],
    ['who reported spam', { emailState: 'complained' }, 0, 'complained'],
    ['who has not confirmed', unconfirmed, 0, 'unknown-address'],
    ['who is not here', undefined, 0, 'unknown-address'],
    ['who is here, an hour ago', {}, 60.1, 'too-late'],
    ['whose mailbox got enough links', {}, 0, 'mailbox-limited'],
  ])('sends it to a candidate %s: %#', async (_who, candidate, minutes, outcome) => {
    const store = candidate ? await aStore({ ...ana, ...candidate }) : memoryStore();
    const ids = { id: 'p', addressId: 'home', mailboxId: 'mailbox-of-ana' };
    await store.save(pageLink(ids, now));
    const { sender, mails } = scriptedSender();
    const mailboxLimits: MailboxLimits = {
      ...unlimited.mailboxLimits,
      hasSlot: async () => true,
      takeSlot: async (mailboxId, link) =>
        outcome !== 'mailbox-limited' && `${mailboxId} ${link}` === 'mailbox-of-ana p page-link',
    };
    const lastDay = async () => ({ sent: 10, bounced: 10, complained: 3 });
    const count = () => Promise.reject(new Error('It was counted as a confirmation.'));
    const clock = () => minutesAfter(now, minutes);
    const parts = { store, sender, clock, mailboxLimits, confirmations: { lastDay, count } };
    await sweep(aMailer(parts), { concurrency: 1, hasTime: () => true });

    const [{ emails: [email] = [] } = {}] = linksIn(store);
    expect(email).toMatchObject(outcome === 'sent' ? { state: 'sent' } : { state: 'skipped', reason: outcome });
    expect(mails.map(({ to }) => to)).toEqual(outcome === 'sent' ? [{ name: '', address: ana.email }] : []);
  });
});

describe('asking for a new address', () => {
  test('leaves the candidate alone, and sends the new one a link; not to the present one', async () => {
    const desk = aStaffDesk();
    const home = { ...ana, addressId: desk.idOf(ana.email) };
    const ask = (email: string) => requestNewAddress(desk.dependencies, home, forms, { email }, '192.0.2.1');

    for (const email of ['Ana@HOME.example', 'ana'])
      expect(await ask(email)).toMatchObject({ fieldErrors: { email: expect.any(String) } });
    expect(await ask('ana+school@new.example')).toEqual({ type: 'link-sent' });
    expect((desk.store as ReturnType<typeof memoryStore>).all()).toMatchObject([
      {
        purpose: 'new-address',
        state: 'waiting',
        candidateId: 'ana',
        addressId: desk.idOf('ana+school@new.example'),
        mailboxId: desk.idOf('ana@new.example'),
        newEmail: 'ana+school@new.example',
        expiresAt: '2026-11-30T15:00:00.000Z',
        emails: [{ kind: 'new-address', notAfter: '2026-11-24T15:00:00.000Z' }],
      },
    ]);
  });

  test('on the candidate’s behalf is in the history once, however often it is clicked', async () => {
    const hasSlot = async () => isFree;
    let isFree = true;
    const desk = aStaffDesk({ mailboxLimits: { ...unlimited.mailboxLimits, hasSlot } });
    await desk.keep(ana);
    await desk.keep({ ...unconfirmed, id: 'bea', addressId: 'bea' });
    const ask = (id: string, email: string) => requestNewAddressFor(desk.dependencies, dana, id, forms, { email });

    const outcomes = [
      await ask('ana', 'ana@new.example'),
      await ask('ana', 'ana@new.example'),
      await ask('ana', 'x'),
      await ask('nobody', 'ana@new.example'),
      await ask('bea', 'bea@new.example'),
    ];
    isFree = false;
    outcomes.push(await ask('ana', 'ana@other.example'));
    expect(outcomes).toMatchObject([
      { type: 'done', change: 'changed' },
      { type: 'done', change: 'none' },
      { type: 'invalid', fieldErrors: { email: expect.any(String) } },
      { type: 'not-found' },
      { type: 'conflict', conflict: 'unconfirmed' },
      { type: 'conflict', conflict: 'mailbox-limited' },
    ]);
    const store = desk.store as ReturnType<typeof memoryStore>;
    expect(linksIn(store)).toHaveLength(1);
    expect((await store.read('candidate', 'ana'))?.history).toEqual([
      { action: 'address-change-asked', email: 'ana@new.example', at: now, by: dana.name, byId: dana.id },
    ]);
    const fields = { id: 'ana', action: 'address-change-asked', by: dana.id };
    expect(desk.logged).toEqual([{ event: 'staff-action', fields }]);
  });
});

describe('confirming a new address', () => {
  const link = aNewAddressLink(ana);

  test('moves the candidate, and answers a second tap the same; a minute later it is used', async () => {
    const store = await aStore(ana, link);
    const almost = minutesAfter(now, 0.99);
    const candidate = { id: 'ana', email: 'ana@new.example', addressId: 'new' };

    for (const at of [now, almost])
      expect(await confirm(store, { at })).toMatchObject({ type: 'confirmed', candidate });
    expect(await confirm(store, { at: aMinuteLater })).toEqual({ type: 'already-confirmed' });
    expect((await candidateAt(store, 'new', now))?.id).toBe('ana');
    expect(JSON.stringify(await store.read('pending-link', 'n1'))).not.toContain('example');
  });

  test('that another record has changes nothing, and says so each time, until it is free', async () => {
    const store = await aStore(ana, link);
    await store.save(aCandidate({ id: 'bea', addressId: 'new' }));
    await store.save({ ...newAddress('new', now), candidateId: 'bea' });

    for (const _ of [1, 2]) expect(await confirm(store)).toEqual({ type: 'taken' });
    expect(await candidateAt(store, 'home', now)).toMatchObject({
      id: 'ana',
      email: ana.email,
      addressMove: undefined,
    });
    expect((await candidateAt(store, 'new', now))?.id).toBe('bea');
    await erase(site(store), 'bea');
    expect((await confirm(store)).type).toBe('confirmed');
  });

  test.each<[string, (store: Store) => Promise<unknown>]>([
    ['moved elsewhere', (store) => confirm(store, { id: 'n2' })],
    ['ended the old links', async (store) => store.save({ ...(await anaIn(store)), linkSeries: 1 })],
    ['was erased', (store) => erase(site(store), 'ana')],
    ['said that it was someone else', (store) => disownLink(site(store), 'n1')],
  ])('leads nowhere once the candidate %s', async (_what, change) => {
    const other = { ...aNewAddressLink(ana, 'n2'), addressId: 'other', newEmail: 'a@o.example' };
    const store = await aStore(ana, link, other);
    await change(store);
    const before = store.all().filter(({ type }) => type !== 'pending-link');

    expect(await confirm(store)).toEqual({ type: 'void' });
    expect(store.all().filter(({ type }) => type !== 'pending-link')).toEqual(before);
    expect(await store.read('pending-link', 'n1')).toMatchObject({ state: 'disowned' });
  });

  test('that reported spam meanwhile is no way to write there', async () => {
    const store = await aStore(ana, link);
    await store.save({ ...newAddress('new', now), complainedAt: now });
    await confirm(store);

    expect(await candidateAt(store, 'new', now)).toMatchObject({ emailState: 'complained' });
  });

  test('and “this wasn’t me” at the same moment: one of them wins wholly', async () => {
    await inManyOrders((await aStore(ana, link)).all(), async (store, atOnce) => {
      const [yes, no] = await atOnce<[Confirmed, Awaited<ReturnType<typeof disownLink>>]>((inTurn) => [
        confirm(inTurn),
        disownLink(site(inTurn), 'n1'),
      ]);
      const isMoved = yes.type === 'confirmed';

      expect([yes.type, no]).toEqual(isMoved ? ['confirmed', 'already-confirmed'] : ['void', 'disowned']);
      expect((await candidateAt(store, isMoved ? 'new' : 'home', now))?.id).toBe('ana');
      expect(linksIn(store).map(({ state }) => state)).toEqual(isMoved ? ['confirmed', 'moved'] : ['disowned']);
    });
  });

  test('and another new one at the same moment: one of them is taken, and the old one told once', async () => {
    const other = { ...aNewAddressLink(ana, 'n2'), addressId: 'other', newEmail: 'a@o.example' };
    await inManyOrders((await aStore(ana, link, other)).all(), async (store, atOnce) => {
      const outcomes = await atOnce<Confirmed[]>((inTurn) => [
        confirm(inTurn),
        confirm(inTurn),
        confirm(inTurn, { id: 'n2' }),
      ]);
      const { addressId } = await anaIn(store);

      expect(outcomes.map(({ type }) => type)).toEqual(
        addressId === 'new' ? ['confirmed', 'confirmed', 'void'] : ['void', 'void', 'confirmed'],
      );
      expect((await candidateAt(store, addressId, now))?.id).toBe('ana');
      expect(linksIn(store).filter(({ state }) => state === 'moved')).toMatchObject([
        { email: ana.email, addressId: 'home', candidateId: 'ana' },
      ]);
    });
  });
});

async function anaIn(store: Store): Promise<Candidate> {
  return (await store.read('candidate', 'ana'))!;
}
