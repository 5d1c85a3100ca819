import { defineConfig } from 'vitest/config';

/** The tests that `npm run test:mutation` runs for each mutant: quick, and the same each time. */
export default defineConfig({
  test: {
    environment: 'node',
    include: [
      'tests/unit/{candidate,deeds,several-applications,told-again}.test.ts',
      'tests/unit/{mail-events,mail-queue,mail-reports,mailing}.test.ts',
      'tests/unit/{links,no-flood,plan,reminder-moment,sign-up,tokens}.test.ts',
      'tests/web/site.test.ts',
    ],
    testTimeout: 20_000,
    // Each library as one file: reading their hundreds of files takes longer than the tests.
    deps: {
      optimizer: {
        ssr: {
          enabled: true,
          include: ['@date-fns/tz', 'date-fns', 'jose', 'zod/mini'],
        },
      },
    },
  },
});
