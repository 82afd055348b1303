import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// The whole product as people and machines meet it. One file after the other: each starts servers
// and a browser of its own, and two cores are all there is.
export default defineConfig({
  test: {
    root: fileURLToPath(new URL('.', import.meta.url)),
    include: ['**/*.test.ts'],
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
