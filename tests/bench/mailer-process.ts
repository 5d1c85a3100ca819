import { mimeOf } from '../../lambdas/adapters/ses/mime.ts';
import type { Candidate } from '../../lambdas/core/candidate.ts';
import { mailerFrom } from '../../lambdas/handlers/dependencies/mailer-dependencies.ts';
import { mailerSettings } from '../../lambdas/handlers/environment.ts';
import type { OutgoingEmail } from '../../lambdas/services/ports.ts';
import { sweep } from '../../lambdas/services/send-emails.ts';
import { aMailer, scriptedSender } from '../support/mailer.ts';
import { memoryStore } from '../support/memory-store.ts';
import { dueCandidate } from './people.ts';
import { answer, forEachOf, spentOn } from './processes.ts';

/** The mailer as it is deployed, in a process of its own. */
const mailer = mailerFrom(mailerSettings(process.env), {
  clock: () => new Date().toISOString(),
  log: () => undefined,
});
const { store, sendRate } = mailer;

answer('', {
  sweep: (atOnce: number) =>
    spentOn(() => sweep(mailer, { concurrency: atOnce, hasTime: () => true })),

  /** What each step costs by itself, over candidates who have nothing due. */
  async steps(asked: { ids: string[]; atOnce: number }) {
    // The first round is to get warm, as a sweep of many is.
    await eachStep(asked);
    return eachStep(asked);
  },
});

async function eachStep({ ids, atOnce }: { ids: string[]; atOnce: number }) {
  const mails = await mailsTo(ids);
  let records: Candidate[] = [];
  const readAll = async () => {
    records = [];
    await forEachOf(ids, atOnce, async (id) => {
      const record = await store.candidate(id);
      if (record) records.push(record);
    });
  };
  const writeAll = () => forEachOf(records, atOnce, (record) => store.save(record));
  const read = await spentOn(readAll);
  const claim = await spentOn(writeAll);
  const settle = await spentOn(async () => {
    await readAll();
    await writeAll();
  });
  return {
    read,
    sendRate: await spentOn(() => forEachOf(ids, atOnce, () => sendRate.turn(() => true))),
    claim,
    mime: await spentOn(() =>
      forEachOf(mails, atOnce, (mail) =>
        mimeOf(
          mail,
          { name: 'Maple Street School', address: 'reminders@school.example.org' },
          'office@school.example.org',
        ),
      ),
    ),
    settle,
  };
}

async function mailsTo(ids: string[]): Promise<OutgoingEmail[]> {
  const kept = memoryStore();
  for (const id of ids) await kept.save(dueCandidate(id));
  const { sender, mails } = scriptedSender();
  const clock = () => new Date().toISOString();
  await sweep(aMailer({ store: kept, sender, clock }), { concurrency: 1, hasTime: () => true });
  return mails;
}
