import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// The whole product as people and machines meet it. One file after the other, because two cores are
// all there is: a server, a browser and the test keep them busy. PostgreSQL and Chromium are started
// once for all files, and modules are read once (each file reading them anew took 2 s of both cores).
export default defineConfig({
  test: {
    root: fileURLToPath(new URL('.', import.meta.url)),
    include: ['**/*.test.ts'],
    globalSetup: ['support/postgres-for-vitest.ts', 'support/chromium-for-vitest.ts'],
    fileParallelism: false,
    isolate: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
