/**
 * What Chatgate promises to its clients: REST bodies, error codes, permissions and live events.
 * The server validates with these schemas, the OpenAPI description is made from them, and the
 * admin application takes its types from them.
 */
export * from './api-keys.ts';
export * from './audit.ts';
export * from './common.ts';
export * from './connect.ts';
export * from './conversations.ts';
export * from './deliveries.ts';
export * from './destinations.ts';
export * from './errors.ts';
export * from './event-catalogue.ts';
export * from './event-examples.ts';
export * from './example-of.ts';
export * from './find-page.ts';
export * from './gateways.ts';
export * from './invites.ts';
export * from './live.ts';
export * from './page-actions.ts';
export * from './pages.ts';
export * from './people.ts';
export * from './permissions.ts';
export * from './replies.ts';
export * from './reply-text.ts';
export * from './roles.ts';
export * from './second-factor.ts';
export * from './session.ts';
export * from './sessions.ts';
