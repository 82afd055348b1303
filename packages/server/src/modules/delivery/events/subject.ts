import { createHash } from 'node:crypto';

/** How many partitions a consumer can divide the conversations among. Part of the contract. */
const PARTITIONS = 64;

/**
 * `chatgate.<gateway>.<page>.<partition>.<conversation>`: everything of one conversation has one
 * partition, so that several consumers share the work and each still sees conversations in order.
 */
export function subjectOf(event: {
  gatewayId: string;
  pageId: string;
  conversationId: string | null;
}): string {
  const { gatewayId, pageId, conversationId } = event;
  const partition = partitionOf(conversationId ?? pageId);
  return [
    'chatgate',
    token(gatewayId),
    token(pageId),
    partition,
    token(conversationId ?? 'page'),
  ].join('.');
}

/** The first four bytes of SHA-256, modulo 64: easy to compute anywhere. */
export function partitionOf(key: string): number {
  return createHash('sha256').update(key).digest().readUInt32BE() % PARTITIONS;
}

/** Dots, spaces and wildcards mean something in a subject. */
const token = (text: string) => text.replaceAll(/[^\w-]/g, '_');
