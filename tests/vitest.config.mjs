import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './support/longest-first.mjs';

// The whole product as people and machines meet it. PostgreSQL and the browsers are started once for
// all files, and modules are read once (each file reading them anew took 2 s of both cores).
export default defineConfig({
  test: {
    root: fileURLToPath(new URL('.', import.meta.url)),
    globalSetup: [
      'support/postgres-for-vitest.ts',
      'support/chromium-for-vitest.ts',
      'e2e/gallery-for-vitest.ts',
    ],
    sequence: { sequencer: LongestFirst },
    isolate: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // What is polled for comes over a network and a busy machine; a second was too little.
    expect: { poll: { timeout: 15_000 } },
    projects: [
      {
        extends: true,
        // Two files at once: a screen waits for its server, and a server for its database.
        test: { name: 'screens', include: ['{api,e2e}/*.test.ts'], sequence: { groupOrder: 0 } },
      },
      {
        extends: true,
        // What fails in time must have both cores, one file after the other.
        test: {
          ...{ name: 'faults', include: ['crash/*.test.ts'], fileParallelism: false },
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
