/** A keeper's thread that ends in the middle of its first posts, where its database is called so. */
import { parentPort, workerData } from 'node:worker_threads';

if (workerData.url === 'end') {
  parentPort?.once('message', () => process.exit(1));
} else {
  await import('../keeper-thread.ts');
}
