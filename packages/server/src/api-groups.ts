/** The parts of the API in the order they are documented in; the `tags` of routes name them. */
export const API_GROUPS = [
  { name: 'Session', description: 'Signing in and out, and what the caller may do.' },
  { name: 'Passwords', description: "One's own password, and links that reset one." },
  { name: 'Second factor', description: 'Codes of an authenticator app, and recovery codes.' },
  { name: 'Gateways', description: "A gateway: one Meta app's credentials, URI and settings." },
  {
    name: 'Facebook pages',
    description: 'The Pages of a gateway: connecting them, receiving, accounts, health.',
  },
  { name: 'Invites', description: 'Links for Page administrators who have no account here.' },
  { name: 'Invited people', description: 'What such a link opens; no session is needed.' },
  { name: 'Conversations', description: 'Messages, their files, replies, and the raw events.' },
  { name: 'Destinations', description: 'Where events leave to.' },
  { name: 'Deliveries', description: 'Each event on its way to each destination.' },
  { name: 'Users and roles', description: 'People, roles and invitations.' },
  { name: 'API keys', description: 'Keys for programs.' },
  { name: 'Audit log', description: 'Who changed what.' },
  { name: 'Live', description: 'Hints that something changed, as server-sent events.' },
] as const;
