import { createHmac } from 'node:crypto';
import type { DetailRow, LinkRow } from './store.ts';

/** The parts of an entry that can be erased, each with a hash of its own in the chain. */
export const PARTS = ['actor', 'subject', 'origin', 'before', 'after'] as const;
export type Part = (typeof PARTS)[number];

const valuesOf: Readonly<Record<Part, (detail: DetailRow) => readonly (string | null)[]>> = {
  actor: (detail) => [detail.actor_id, detail.actor_name],
  subject: (detail) => [detail.subject_id, detail.subject_name],
  origin: (detail) => [detail.address, detail.agent],
  before: (detail) => [detail.before],
  after: (detail) => [detail.after],
};

/** 128 bits: nobody without the key can make another value fit. */
const PART_CHARACTERS = 22;

export type Chain = ReturnType<typeof createChain>;

/** What the chain consists of. The key is derived from the secret key and never stored. */
export function createChain(key: Buffer) {
  const mac = (values: readonly unknown[]) =>
    createHmac('sha256', key).update(JSON.stringify(values)).digest('base64url');

  /** The number of the entry is part of it: a value cannot be moved to another entry. */
  const hashPart = (part: Part, detail: DetailRow): string =>
    mac(['part', part, detail.seq, ...valuesOf[part](detail)]).slice(0, PART_CHARACTERS);

  return {
    hashPart,
    hashParts: (detail: DetailRow): string =>
      JSON.stringify(Object.fromEntries(PARTS.map((part) => [part, hashPart(part, detail)]))),
    signLink: (link: Omit<LinkRow, 'hmac'>, previous: string): string =>
      mac([
        ...['link', previous, link.seq, link.id, link.at, link.actor_kind],
        ...[link.action, link.subject_kind, link.gateway_id, link.parts],
      ]),
    signHead: (head: { seq: number; hmac: string }): string => mac(['head', head.seq, head.hmac]),
  };
}
