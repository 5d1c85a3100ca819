import { type Mutation, one } from '../support/planting.ts';

const sending = 'lambdas/services/send-emails.ts';
const email = 'lambdas/core/email.ts';
const schedule = 'lambdas/core/email-schedule.ts';
const status = 'lambdas/core/status.ts';
const addresses = 'lambdas/services/addresses.ts';
const erasing = 'lambdas/services/erase.ts';
const candidate = 'lambdas/core/candidate.ts';
const store = 'lambdas/adapters/dynamodb/record-store.ts';
const items = 'lambdas/adapters/dynamodb/items.ts';
const limits = 'lambdas/adapters/dynamodb/rate-limits.ts';
const hold = 'lambdas/core/confirmation-hold.ts';
const holding = 'lambdas/services/hold-emails.ts';
const deliveryEvents = 'lambdas/services/delivery-events.ts';
const sesEvent = 'lambdas/adapters/ses/ses-event.ts';
const sendRate = 'lambdas/adapters/dynamodb/send-rate.ts';

/** Changes of the code that make it wrong. The simulation is worth what it finds of them. */
export const mutations: Mutation[] = [
  one('no condition', 'a claim without condition: the store writes over whatever is there', store, {
    from: 'putItem(table, item, conditionFor(record, clock()))',
    to: 'putItem(table, item)',
  }),
  one('lost claim', 'who loses a claim sends all the same', sending, {
    from: '  if (!claimed.isSaved) return claimed.record;\n',
    to: '',
  }),
  one('no intent', 'nothing is written before SES is called', sending, {
    from: 'await saveOrReread(store, withEmails(record, claim(record.emails, key, claimedAt)));',
    to: '{ isSaved: true as const, record: withEmails(record, claim(record.emails, key, claimedAt)) };',
  }),
  one('lease over at once', 'a claim holds for no time at all', email, {
    from: 'leaseUntil: minutesAfter(now, leaseMinutes(tries))',
    to: 'leaseUntil: now',
  }),
  one('lease forgotten', 'what is being sent is as good as queued', email, {
    from: "if (email.state === 'sending') return email.leaseUntil;",
    to: "if (email.state === 'sending') return email.dueAt;",
  }),
  one('lease for ever', 'what nobody answered for is never taken up again', email, {
    from: "if (email.state === 'sending') return email.leaseUntil;",
    to: "if (email.state === 'sending') return undefined;",
  }),
  one('index trusted', 'what the index lists is due, whatever the record says', email, {
    from: 'if (first === undefined || first > now) return undefined;',
    to: 'if (first === undefined) return undefined;',
  }),
  {
    name: 'stale record',
    standsFor: 'a record is mailed as it was read, and written over what stands there',
    edits: [
      { file: store, from: 'version = :version AND createdAt', to: 'createdAt' },
      { file: store, from: "':version': version, ':createdAt'", to: "':createdAt'" },
    ],
  },
  one('no paging', 'of what is due only the first page is seen', items, {
    from: 'while (start !== undefined);',
    to: 'while (false);',
  }),
  one('retry at once', 'a client that posts again after an unsure answer', sending, {
    from: 'const outcome = await sender.send(outgoing);',
    to: "let outcome = await sender.send(outgoing);\n  if (outcome.type === 'unknown') outcome = await sender.send(outgoing);",
  }),
  one('queued again at once', 'an unsure answer counts as a no', sending, {
    from: "  if (outcome.type === 'unknown') return claimed;\n",
    to: "  if (outcome.type === 'unknown') outcome = { type: 'deferred', code: '' };\n",
  }),
  one('no reason asked', 'nobody asks whether the email still makes sense', sending, {
    from: "  if (reason || email.kind !== 'staff-notice') return reason;\n",
    to: "  void reason;\n  if (email.kind !== 'staff-notice') return undefined;\n",
  }),
  {
    name: 'notAfter ignored',
    standsFor: 'mail goes out however late',
    edits: [
      { file: schedule, from: "  if ('notAfter' in email && now > email.notAfter) return 'too-late';\n", to: '' },
      { file: holding, from: "  if (now > notAfter) return 'too-late';\n", to: '' },
    ],
  },
  one('Send events ignored', 'an event that says SES has the message changes nothing', sesEvent, {
    from: "  ['Send', 'send'],\n",
    to: '',
  }),
  one('events backwards', 'a later event of a lower rank wins', email, {
    from: 'deliveryStatus === undefined || rankOf(deliveryStatus) <= rankOf(sent.deliveryStatus)',
    to: 'deliveryStatus === undefined',
  }),
  one('sent is forgotten', 'an outcome is written over what an event told before', email, {
    from: "if (email.state !== 'sending' || email.tries !== tries) return email;",
    to: '',
  }),
  one('another claim’s outcome', 'an outcome counts for whoever has the claim now', email, {
    from: "email.state !== 'sending' || email.tries !== tries",
    to: "email.state !== 'sending'",
  }),
  {
    name: 'erased record written again',
    standsFor: 'neither a store nor a mailer asks whether the record is still the same one',
    edits: [
      { file: store, from: 'version = :version AND createdAt = :createdAt', to: 'version = :version' },
      { file: store, from: "':version': version, ':createdAt': createdAt", to: "':version': version" },
    ],
  },
  one('erased record raised', 'the store writes a record that is gone', store, {
    from: "'version = :version AND createdAt = :createdAt'",
    to: "'attribute_not_exists(pk) OR version = :version AND createdAt = :createdAt'",
  }),
  one('tries without end', 'an email is tried for ever', email, {
    from: 'export const maxTries = 5;',
    to: 'export const maxTries = 50;',
  }),
  one('account’s fault is the email’s', 'throttling uses up tries', email, {
    from: 'return { ...requeue(email), tries: tries - 1, heldUntil };',
    to: 'return { ...requeue(email), heldUntil };',
  }),
  one('no turn', 'nobody waits for the rate', sending, {
    from: "  if (!(await sendRate.acquire(hasTime))) return 'stop-sweep';\n",
    to: '',
  }),
  one('rate not compared', 'the counter of the second has no limit', sendRate, {
    from: 'perSecond - (await countTaken(second, wanted))',
    to: 'wanted + 0 * (await countTaken(second, wanted))',
  }),
  one('turns kept', 'turns left over from one second are used in another', sendRate, {
    from: 'batch.second !== secondOf(now) || (batch.left === 0 && !batch.isLast)',
    to: 'batch.left === 0 && (batch.second !== secondOf(now) || !batch.isLast)',
  }),
  one('outcome dropped', 'an outcome is lost where the record changed meanwhile', sending, {
    from: '  if (await store.save(first)) return written(first);\n',
    to: '  if ((await store.save(first)) || true) return written(first);\n',
  }),
  one('ten minutes forgotten', 'confirmations follow one another at once', limits, {
    from: 'recent.some(({ atMs }) => atMs > now - betweenLinksMs)',
    to: 'recent.some(({ atMs }) => atMs > now + betweenLinksMs)',
  }),
  one('day’s cap forgotten', 'a day has as many confirmations as ten minutes fit in', limits, {
    from: 'recent.length < linksPerDay',
    to: 'recent.length < 100 * linksPerDay',
  }),
  one('no cap', 'no confirmation asks for its slot', holding, {
    from: 'const hasSlot = await mailboxLimits.takeSlot(',
    to: 'const hasSlot = true || await mailboxLimits.takeSlot(',
  }),
  one('never held', 'confirmations go on, however many bounce', hold, {
    from: 'bounced > toleratedBounces &&',
    to: 'bounced > 100 * toleratedBounces &&',
  }),
  one('bounces uncounted', 'nobody counts the confirmations that bounce', deliveryEvents, {
    from: "    if (goesToUnprovenAddress(report.key)) await confirmations.count('bounced', clock());\n",
    to: '',
  }),
  one('held for good', 'a confirmation that is held is looked at again much too late', holding, {
    from: 'until: startOfNextHour(now) }',
    to: "until: startOfNextHour(now).replace(/^.{4}/, '9999') }",
  }),
  one('all held', 'what waits for bounces to end is every email', holding, {
    from: '&& confirmationsWait(await confirmations.lastDay(now)))',
    to: '&& !confirmationsWait(await confirmations.lastDay(now)))',
  }),
  one('a notice at any time', 'a second notice to staff goes out within the hour', holding, {
    from: "      if (now < until) return { result: { reason: 'notice-went-out', until } };\n",
    to: '',
  }),
  one('told before it is sent', 'a notice stands for others before anybody has it', holding, {
    from: '(await wasSent(store, latest))',
    to: 'latest.key',
  }),
  one('poison', 'one record that can’t be read ends the sweep', sending, {
    from: '        logUnsendable(mailer, ref, error);\n',
    to: '        logUnsendable(mailer, ref, error);\n        stopped = true;\n',
  }),
  one('talking log', 'the log names the address', sending, {
    from: "log('email-handed-over', { type, id, key, tries,",
    to: "log('email-handed-over', { type, id: outgoing.to.address, key, tries,",
  }),
  one('unsubscribing ignored', 'an unsubscribed candidate still gets mail', schedule, {
    from: "kind !== 'staff-notice' && candidate.emailState !== 'active'",
    to: "kind !== 'staff-notice' && !/active|unsub/.test(candidate.emailState)",
  }),
  one('pass ignored', 'a candidate who passed is still reminded, and asked how it went', status, {
    from: 'attempt === undefined || hasPassed(candidate)',
    to: 'attempt === undefined',
  }),
  one('another’s email', 'an email of an attempt or a date that no longer counts goes out', schedule, {
    from: 'if (planned?.key !== originalKey(email))',
    to: 'if (planned === undefined)',
  }),
  {
    name: 'replaced and dropped',
    standsFor: 'an email that another replaces vanishes from the record',
    edits: [
      {
        file: schedule,
        from: '(soFar, email) => skip(soFar, email.key, reason, now),',
        to: '(soFar, { key }) => soFar.filter((email) => email.key !== key || !reason),',
      },
      { file: email, from: 'emails: [...unfinished, ...emails] }', to: 'emails: [...emails] }' },
    ],
  },
  one('late hand-over', 'nobody looks at the clock between the claim and the hand-over', sending, {
    from: '  if (clock() > email.notAfter)\n',
    to: "  if (email.key === '')\n",
  }),
  one('address taken twice', 'whoever is yet to be written loses the address', addresses, {
    from: "(await store.read('tombstone', candidateId)) ? 'none' : 'awaited'",
    to: "'none'",
  }),
  one('no tombstone', 'an erased candidate leaves nothing in their place', erasing, {
    from: 'return { save: next, result: next };',
    to: 'return { remove: known, result: next };',
  }),
  one('erased and not told', 'nobody learns that their record was erased', erasing, {
    from: '    await store.save(erasedLink(id, tombstone.notify, now), { wakeMailerAt: now });\n',
    to: '',
  }),
  one('told though unwelcome', 'the last email goes to whoever reported spam', candidate, {
    from: "emailState !== 'bounced' && emailState !== 'complained'",
    to: "emailState !== 'bounced'",
  }),
  one('move not superseded', 'a change of address completes though another took it', addresses, {
    from: "    if (candidate.addressMove?.id !== begun.id) return { result: 'superseded' };\n",
    to: '',
  }),
  one('address not released', 'the address before a change still points to its candidate', addresses, {
    from: '  await releaseAddress(store, move.from, id);\n',
    to: '',
  }),
];
