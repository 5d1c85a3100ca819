import type { Instant } from '../core/time.ts';
import { type Store, update } from './update.ts';

/** Lets staff see, once, that the link of an enrolment could not be sent; a sign-up of nobody's enrolment is left alone. */
export async function flagFailedLink(
  store: Store,
  { id, candidateId }: { id: string; candidateId: string },
  now: Instant,
): Promise<void> {
  await update(
    async () => {
      const candidate = await store.candidate(candidateId);
      if (candidate?.enrolment?.signUpId !== id || candidate.enrolment.linkFailedAt)
        return { save: undefined, result: undefined };
      const enrolment = { ...candidate.enrolment, linkFailedAt: now };
      return { save: { ...candidate, enrolment }, result: undefined };
    },
    (record) => store.save(record),
  );
}
