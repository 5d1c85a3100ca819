import * as z from 'zod/mini';

export const staffNoticeSchema = z.object({
  type: z.literal('staff-notice'),
  /** There is one in all. */
  id: z.literal('latest'),
  version: z.int(),
  createdAt: z.string(),
  /** The email that carries it, and when its turn came. */
  candidateId: z.string(),
  key: z.string(),
  takenAt: z.string(),
});
export type StaffNotice = z.infer<typeof staffNoticeSchema>;
