import { applyReport, applyToAddress, type DeliveryReport, isNewStatus } from '../core/delivery-status.ts';
import { applyEvent, goesToUnprovenAddress, withEmails } from '../core/email.ts';
import type { Instant } from '../core/time.ts';
import { candidateAt, rememberComplaint } from './addresses.ts';
import type { Log } from './log-events.ts';
import type { Clock, ConfirmationCounter, EmailRecord, MessageTags, Store } from './ports.ts';
import { change } from './update.ts';

export type DeliveryEvent = { type: DeliveryReport['type']; tags: Omit<MessageTags, 'tries'> };

export type DeliveryEventDependencies = { store: Store; confirmations: ConfirmationCounter; clock: Clock; log: Log };

export async function applyDeliveryEvent(
  dependencies: DeliveryEventDependencies,
  { type: report, tags }: DeliveryEvent,
): Promise<void> {
  const { store, clock, log } = dependencies;
  const { type, id, key, addressId } = tags;
  const delivery = { type: report, key };
  if (report === 'complaint' && addressId !== undefined)
    await applyComplaint(dependencies, addressId, goesToUnprovenAddress(key));
  if (type === 'candidate')
    await change(store, 'candidate', id, (candidate) =>
      applyReport(candidate, delivery, clock(), candidate.addressId === addressId),
    );
  else await applyToLink(dependencies, id, addressId, delivery);
  log('delivery-event', { type, id, key, report });
}

/** A complaint is the mailbox's: it applies to whoever has the address now, and to those who get it later. */
async function applyComplaint(
  { store, confirmations, clock }: DeliveryEventDependencies,
  addressId: string,
  countsAsConfirmation: boolean,
): Promise<void> {
  const now = clock();
  if ((await store.read('address', addressId))?.complainedAt !== undefined) return;
  if (countsAsConfirmation) await confirmations.count('complained', now);
  await applyToHolder(store, addressId, 'complaint', now);
  await rememberComplaint(store, addressId, now);
}

async function applyToHolder(
  store: Store,
  addressId: string,
  report: DeliveryReport['type'],
  now: Instant,
): Promise<void> {
  const holder = await candidateAt(store, addressId, now);
  if (holder)
    await change(store, 'candidate', holder.id, (known) =>
      known.addressId === addressId ? applyToAddress(known, report, now) : known,
    );
}

/** A bounce of a link also applies to the candidate at its address. */
async function applyToLink(
  dependencies: DeliveryEventDependencies,
  id: string,
  addressId: string | undefined,
  report: DeliveryReport,
): Promise<void> {
  const { store, confirmations, clock } = dependencies;
  const link = await store.read('pending-link', id);
  const isFirst = link !== undefined && isNewStatus(link.emails, report, clock());
  if (report.type === 'hard-bounce' && isFirst) {
    if (goesToUnprovenAddress(report.key)) await confirmations.count('bounced', clock());
    if (addressId !== undefined) await applyToHolder(store, addressId, report.type, clock());
  }
  if (link && report.type === 'reject') await markLinkFailed(dependencies, link);
  await change(store, 'pending-link', id, (known) =>
    withEmails(known, applyEvent(known.emails, report.key, report.type, clock())),
  );
}

/** Flags an enrollment whose link could not be sent; does nothing for any other link. */
export async function markLinkFailed(
  { store, clock }: Pick<DeliveryEventDependencies, 'store' | 'clock'>,
  link: EmailRecord,
): Promise<void> {
  if (!('candidateId' in link)) return;
  await change(store, 'candidate', link.candidateId, (candidate) => {
    const { enrollment } = candidate;
    if (enrollment?.linkId !== link.id || enrollment.linkFailedAt !== undefined) return candidate;
    return { ...candidate, enrollment: { ...enrollment, linkFailedAt: clock() } };
  });
}
