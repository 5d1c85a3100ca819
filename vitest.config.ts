import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    environment: 'node',
    testTimeout: 20_000,
    hookTimeout: 40_000,
    pool: 'forks',
    maxWorkers: 2,
    projects: [
      {
        extends: true,
        test: {
          name: 'modules',
          include: ['tests/{unit,web,store,docs}/**/*.test.ts'],
          // Importing the libraries anew for each file takes longer than the tests.
          isolate: false,
        },
      },
      {
        extends: true,
        test: { name: 'whole', include: ['tests/{simulation,infra,local,browser}/**/*.test.ts'] },
      },
    ],
  },
});
