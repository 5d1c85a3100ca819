import * as z from 'zod/mini';

export const staffNoticeSchema = z.object({
  type: z.literal('staff-notice'),
  id: z.literal('latest'),
  version: z.int(),
  createdAt: z.string(),
  candidateId: z.string(),
  key: z.string(),
  takenAt: z.string(),
});
export type StaffNotice = z.infer<typeof staffNoticeSchema>;
