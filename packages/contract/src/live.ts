/**
 * What `GET /events/stream` says. Each line is a hint that something changed, never the thing
 * itself: the receiver reads again. After a gap that cannot be filled the stream says `resync`.
 */
export type LiveEvent =
  | { readonly type: 'resync' }
  /** People, invitations, roles or API keys; perhaps what the receiver may do. */
  | { readonly type: 'access.changed' }
  | { readonly type: 'gateway.changed'; readonly gatewayId: string }
  | { readonly type: 'pages.changed'; readonly gatewayId: string }
  | { readonly type: 'invites.changed'; readonly gatewayId: string }
  | { readonly type: 'bulk.progressed'; readonly gatewayId: string; readonly jobId: string }
  | { readonly type: 'refresh.progressed'; readonly gatewayId: string; readonly jobId: string }
  | { readonly type: 'connect.finished'; readonly gatewayId: string; readonly attemptId: string }
  | {
      readonly type: 'conversation.changed';
      readonly gatewayId: string;
      readonly conversationId: string;
    }
  | { readonly type: 'destination.changed'; readonly destinationId: string }
  | { readonly type: 'deliveries.changed'; readonly destinationId: string };
