import { apiKeys, roles, users } from './en/access.ts';
import { audit, auditActions, auditSubjects } from './en/audit.ts';
import { common, errors, permissions } from './en/common.ts';
import { connect, connectErrors, notConnectable, outcome } from './en/connect.ts';
import { conversations, erasure, journey, kinds, message } from './en/conversations.ts';
import { catalogue, deliveries, replay } from './en/deliveries.ts';
import {
  deliveryProblems,
  destinationForm,
  destinationState,
  destinations,
  eventTypes,
  secretOnce,
  testEvent,
} from './en/destinations.ts';
import { file } from './en/file.ts';
import { finding, findPage, held, remedy } from './en/find-page.ts';
import { form, setUp } from './en/gateway-form.ts';
import { gateways, steps } from './en/gateways.ts';
import { invited, invites, scopes } from './en/invites.ts';
import { bulk, diagnosis } from './en/page-actions.ts';
import { accounts, health, pages, reasons } from './en/pages.ts';
import { replies, replyFailures } from './en/replies.ts';
import { session } from './en/session.ts';
import { secondFactor, sessions, signInHelp } from './en/sign-in.ts';

export const en = {
  common,
  permissions,
  errors,
  session,
  secondFactor,
  sessions,
  signInHelp,
  users,
  roles,
  apiKeys,
  audit,
  auditActions,
  auditSubjects,
  gateways,
  steps,
  form,
  setUp,
  pages,
  health,
  reasons,
  accounts,
  bulk,
  diagnosis,
  connect,
  outcome,
  connectErrors,
  notConnectable,
  findPage,
  finding,
  remedy,
  held,
  invites,
  invited,
  scopes,
  conversations,
  erasure,
  message,
  file,
  journey,
  kinds,
  replies,
  replyFailures,
  destinations,
  destinationState,
  destinationForm,
  deliveryProblems,
  secretOnce,
  testEvent,
  eventTypes,
  deliveries,
  replay,
  catalogue,
};

export type Catalogue = typeof en;
