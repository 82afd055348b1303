import type { Catalogue } from './en.ts';
import { apiKeys, roles, users } from './uk/access.ts';
import { audit, auditActions, auditSubjects } from './uk/audit.ts';
import { common, errors, permissions } from './uk/common.ts';
import { connect, connectErrors, notConnectable, outcome } from './uk/connect.ts';
import { conversations, erasure, journey, kinds, message } from './uk/conversations.ts';
import { catalogue, deliveries, replay } from './uk/deliveries.ts';
import {
  deliveryProblems,
  destinationForm,
  destinationState,
  destinations,
  eventTypes,
  secretOnce,
  testEvent,
} from './uk/destinations.ts';
import { file } from './uk/file.ts';
import { finding, findPage, held, remedy } from './uk/find-page.ts';
import { form, setUp } from './uk/gateway-form.ts';
import { gateways, steps } from './uk/gateways.ts';
import { invited, invites, scopes } from './uk/invites.ts';
import { bulk, diagnosis } from './uk/page-actions.ts';
import { accounts, health, pages, reasons } from './uk/pages.ts';
import { replies, replyFailures } from './uk/replies.ts';
import { session } from './uk/session.ts';
import { secondFactor, sessions, signInHelp } from './uk/sign-in.ts';

export const uk = {
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
} satisfies Record<keyof Catalogue, object>;
