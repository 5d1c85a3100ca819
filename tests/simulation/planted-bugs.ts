import { bugsIn, type PlantedBug } from '../support/planting.ts';

/** Changes of the code that make it wrong. The simulation is worth what it finds of them. */
export const plantedBugs: PlantedBug[] = [
  ...bugsIn('lambdas/adapters/dynamodb/record-store.ts', {
    'the store writes over whatever is there': [', item, conditionFor(record, clock()))', ', item)'],
    'the store asks for no version': ["'version = :version AND createdAt", "'createdAt"],
    'the store writes a record that is gone': [
      "'version = :version AND createdAt",
      "'attribute_not_exists(pk) OR version = :version AND createdAt",
    ],
  }),
  ...bugsIn('lambdas/services/send-emails.ts', {
    'who loses a claim sends all the same': ['  if (!claimed.isSaved) return claimed.record;\n', ''],
    'nothing is written before SES is called': [
      'await saveOrReread(store, withEmails(record, claim(record.emails, key, claimedAt)));',
      '{ isSaved: true as const, record: withEmails(record, claim(record.emails, key, claimedAt)) };',
    ],
    'the client posts again after an unsure answer': [
      'const outcome = await sender.send(outgoing);',
      "let outcome = await sender.send(outgoing);\n  if (outcome.type === 'unknown') outcome = await sender.send(outgoing);",
    ],
    'an unsure answer counts as a no': [
      "  if (outcome.type === 'unknown') return claimed;\n",
      "  if (outcome.type === 'unknown') outcome = { type: 'deferred', code: '' };\n",
    ],
    'nobody asks whether the email still makes sense': ['return reason;', 'return undefined;'],
    'nobody waits for the rate': ["  if (!(await sendRate.acquire(hasTime))) return 'stop-sweep';\n", ''],
    'an outcome is lost where the record changed meanwhile': [
      '  if (await store.save(first)) return written(first);\n',
      '  if ((await store.save(first)) || true) return written(first);\n',
    ],
    'one record that can’t be read ends the sweep': [
      '        logUnsendable(mailer, ref, error);\n',
      '        logUnsendable(mailer, ref, error);\n        stopped = true;\n',
    ],
    'the log names the address': [
      "log('email-handed-over', { type, id,",
      "log('email-handed-over', { type, id: outgoing.to.address,",
    ],
    'nobody looks at the clock between the claim and the hand-over': [
      '  if (clock() > email.notAfter)\n',
      "  if (email.key === '')\n",
    ],
  }),
  ...bugsIn('lambdas/core/email.ts', {
    'a claim holds for no time at all': ['leaseUntil: minutesAfter(now, leaseMinutes(tries))', 'leaseUntil: now'],
    'what is being sent is as good as queued': ['return email.leaseUntil;', 'return email.dueAt;'],
    'what nobody answered for is never taken up again': ['return email.leaseUntil;', 'return undefined;'],
    'what the index lists is due, whatever the record says': [
      'if (first === undefined || first > now)',
      'if (first === undefined)',
    ],
    'a later event of a lower rank wins': ['rankOf(deliveryStatus) <= rankOf(sent.deliveryStatus)', 'false'],
    'an outcome is written over what an event told before': [
      "    if (email.state !== 'sending' || email.tries !== tries) return email;\n",
      '',
    ],
    'an outcome counts for whoever has the claim now': [' || email.tries !== tries', ''],
    'an email is tried for ever': ['maxTries = 5;', 'maxTries = 50;'],
    'throttling uses up tries': ['...requeue(email), tries: tries - 1, heldUntil', '...requeue(email), heldUntil'],
  }),
  ...bugsIn('lambdas/core/email-schedule.ts', {
    'an unsubscribed candidate still gets mail': [
      "kind !== 'staff-notice' && candidate.emailState !== 'active'",
      "kind !== 'staff-notice' && !/active|unsub/.test(candidate.emailState)",
    ],
    'an email of an attempt or a date that no longer counts goes out': [
      'if (planned?.key !== originalKey(email))',
      'if (planned === undefined)',
    ],
  }),
  ...bugsIn('lambdas/core/status.ts', {
    'a candidate who passed is still reminded, and asked how it went': [
      'attempt === undefined || hasPassed(candidate)',
      'attempt === undefined',
    ],
  }),
  ...bugsIn('lambdas/adapters/dynamodb/items.ts', {
    'of what is due only the first page is seen': ['while (start !== undefined);', 'while (false);'],
  }),
  ...bugsIn('lambdas/adapters/ses/ses-event.ts', {
    'an event that says SES has the message changes nothing': ["  ['Send', 'send'],\n", ''],
  }),
  ...bugsIn('lambdas/adapters/dynamodb/send-rate.ts', {
    'the counter of the second has no limit': ['perSecond - (await', 'wanted + 0 * (await'],
    'turns left over from one second are used in another': [
      'batch.second !== secondOf(now) || (batch.left === 0 && !batch.isLast)',
      'batch.left === 0 && (batch.second !== secondOf(now) || !batch.isLast)',
    ],
  }),
  ...bugsIn('lambdas/adapters/dynamodb/rate-limits.ts', {
    'confirmations follow one another at once': ['atMs > now - betweenLinksMs', 'atMs > now + betweenLinksMs'],
    'a day has as many confirmations as ten minutes fit in': ['length < linksPerDay', 'length < 100 * linksPerDay'],
  }),
  ...bugsIn('lambdas/core/confirmation-hold.ts', {
    'confirmations go on, however many bounce': ['> toleratedBounces &&', '> 100 * toleratedBounces &&'],
  }),
  ...bugsIn('lambdas/services/delivery-events.ts', {
    'nobody counts the confirmations that bounce': [
      "    if (goesToUnprovenAddress(report.key)) await confirmations.count('bounced', clock());\n",
      '',
    ],
  }),
  ...bugsIn('lambdas/services/hold-emails.ts', {
    'no confirmation asks for its slot': ['hasSlot = await mailboxLimits', 'hasSlot = true || await mailboxLimits'],
    'a confirmation that is held is looked at again much too late': [
      'until: startOfNextHour(now) }',
      "until: startOfNextHour(now).replace(/^.{4}/, '9999') }",
    ],
    'what waits for bounces to end is every email': ['&& confirmationsWait(', '&& !confirmationsWait('],
    'a second notice to staff goes out within the hour': [
      "      if (now < until) return { result: { reason: 'notice-went-out', until } };\n",
      '',
    ],
    'a notice stands for others before anybody has it': ['(await wasSent(store, latest))', 'latest.key'],
  }),
  ...bugsIn('lambdas/services/addresses.ts', {
    'whoever is yet to be written loses the address': [
      "(await store.read('tombstone', candidateId)) ? 'none' : 'awaited'",
      "'none'",
    ],
    'a change of address completes though another took it': [
      "    if (candidate.addressMove?.id !== begun.id) return { result: 'superseded' };\n",
      '',
    ],
    'the address before a change still points to its candidate': [
      '  await releaseAddress(store, move.from, id);\n',
      '',
    ],
  }),
  ...bugsIn('lambdas/services/erase.ts', {
    'an erased candidate leaves nothing in their place': [
      'return { save: next, result: next };',
      'return { remove: known, result: next };',
    ],
    'nobody learns that their record was erased': [
      '    await store.save(erasedLink(id, tombstone.notify, now), { wakeMailerAt: now });\n',
      '',
    ],
  }),
  ...bugsIn('lambdas/core/candidate.ts', {
    'the last email goes to whoever reported spam': [" && emailState !== 'complained'", ''],
  }),
  {
    name: 'mail goes out however late',
    edits: {
      'lambdas/core/email-schedule.ts': ["  if ('notAfter' in email && now > email.notAfter) return 'too-late';\n", ''],
      'lambdas/services/hold-emails.ts': ["  if (now > notAfter) return 'too-late';\n", ''],
    },
  },
  {
    name: 'an email that another replaces vanishes from the record',
    edits: {
      'lambdas/core/email-schedule.ts': [
        '(soFar, email) => skip(soFar, email.key, reason, now),',
        '(soFar, { key }) => soFar.filter((email) => email.key !== key || !reason),',
      ],
      'lambdas/core/email.ts': ['emails: [...unfinished, ...emails] }', 'emails: [...emails] }'],
    },
  },
];
