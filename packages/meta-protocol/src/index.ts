/**
 * What Meta promises: the shapes of its webhooks and of its Graph answers, the words it uses, and
 * recorded examples with their signatures. No behaviour: the gateway and the emulator each write
 * their own, so that a mistake in one is not repeated in the other.
 */
export * from './fields.ts';
export * from './fixtures.ts';
export * from './graph.ts';
export * from './schemas.ts';
export * from './scopes.ts';
export * from './tasks.ts';
export * from './vectors.ts';
export * from './webhook.ts';
