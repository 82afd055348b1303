import { common, errors, permissions } from './en/common.ts';
import { connect, connectErrors, notConnectable, outcome } from './en/connect.ts';
import { conversations, journey, kinds, message } from './en/conversations.ts';
import { form, setUp } from './en/gateway-form.ts';
import { gateways, steps } from './en/gateways.ts';
import { invited, invites, scopes } from './en/invites.ts';
import { accounts, health, pages, reasons } from './en/pages.ts';
import { replies, replyFailures } from './en/replies.ts';
import { session } from './en/session.ts';

export const en = {
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
};

export type Catalogue = typeof en;
