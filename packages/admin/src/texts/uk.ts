import type { Catalogue } from './en.ts';
import { common, errors, permissions } from './uk/common.ts';
import { connect, connectErrors, notConnectable, outcome } from './uk/connect.ts';
import { conversations, journey, kinds, message } from './uk/conversations.ts';
import { form, setUp } from './uk/gateway-form.ts';
import { gateways, steps } from './uk/gateways.ts';
import { invited, invites, scopes } from './uk/invites.ts';
import { accounts, health, pages, reasons } from './uk/pages.ts';
import { replies, replyFailures } from './uk/replies.ts';
import { session } from './uk/session.ts';

export const uk = {
  common,
  permissions,
  errors,
  session,
  gateways,
  steps,
  form,
  setUp,
  pages,
  health,
  reasons,
  accounts,
  connect,
  outcome,
  connectErrors,
  notConnectable,
  invites,
  invited,
  scopes,
  conversations,
  message,
  journey,
  kinds,
  replies,
  replyFailures,
} satisfies Record<keyof Catalogue, object>;
