import { expect, test } from 'vitest';
import { wire } from './create-modules.ts';

test('whoever takes in has the projector begin, and deliveries give way', () => {
  const told: string[] = [];
  const note = (what: string) => () => void told.push(what);
  const stored: (() => void)[] = [];
  const parts = {
    db: { signals: { listen() {} } },
    pages: { onAdopted() {} },
    ingest: { onStored: (listener: () => void) => void stored.push(listener) },
    conversations: { onErased() {}, workers: { projector: { wake: note('project') } } },
    delivery: { wake: note('deliver'), giveWay: note('give way') },
  };
  wire(parts as unknown as Parameters<typeof wire>[0]);
  for (const listener of stored) {
    listener();
  }
  expect(told).toEqual(['project', 'give way']);
});
