import type { LiveEvent } from '@chatgate/contract';
import { isRecord, textOf } from '../shared/api/api-error.ts';

type Key = readonly unknown[];

/** Which stored answers a live event makes old. `everything` after a gap that cannot be filled. */
export function staleAfter(event: LiveEvent): readonly Key[] | 'everything' {
  switch (event.type) {
    case 'resync':
      return 'everything';
    case 'access.changed':
      return [['me'], ['access']];
    case 'gateway.changed':
      return [['gateways'], ['gateway', event.gatewayId]];
    case 'pages.changed':
      return [
        ['pages', event.gatewayId],
        ['accounts', event.gatewayId],
        ['diagnosis', event.gatewayId],
        ['gateway', event.gatewayId],
        ['unknown-pages', event.gatewayId],
        ['gateways'],
      ];
    case 'invites.changed':
      return [['invites', event.gatewayId]];
    case 'bulk.progressed':
      return [['bulk', event.gatewayId, 'job']];
    case 'refresh.progressed':
      return [['refresh', event.gatewayId, 'job']];
    case 'connect.finished':
      return [
        ['connect', event.gatewayId],
        ['pages', event.gatewayId],
        ['accounts', event.gatewayId],
        ['gateway', event.gatewayId],
        ['gateways'],
      ];
    case 'conversation.changed':
      return [
        ['conversations'],
        ['messages', event.conversationId],
        ['replies', event.conversationId],
      ];
    case 'destination.changed':
    case 'deliveries.changed':
      return [['destinations'], ['destination', event.destinationId]];
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** From a line of the stream to an event; `undefined` for what this version does not know. */
export function parseLiveEvent(text: string): LiveEvent | undefined {
  const data = parse(text);
  if (!isRecord(data)) return undefined;
  const gatewayId = textOf(data['gatewayId']);
  if (data['type'] === 'resync' || data['type'] === 'access.changed') return { type: data['type'] };
  if (data['type'] === 'destination.changed' || data['type'] === 'deliveries.changed') {
    return { type: data['type'], destinationId: textOf(data['destinationId']) ?? '' };
  }
  if (gatewayId === undefined) return undefined;
  switch (data['type']) {
    case 'gateway.changed':
    case 'pages.changed':
    case 'invites.changed':
      return { type: data['type'], gatewayId };
    case 'bulk.progressed':
    case 'refresh.progressed':
      return { type: data['type'], gatewayId, jobId: textOf(data['jobId']) ?? '' };
    case 'connect.finished':
      return { type: data['type'], gatewayId, attemptId: textOf(data['attemptId']) ?? '' };
    case 'conversation.changed': {
      const conversationId = textOf(data['conversationId']) ?? '';
      return { type: data['type'], gatewayId, conversationId };
    }
    default:
      return undefined;
  }
}
