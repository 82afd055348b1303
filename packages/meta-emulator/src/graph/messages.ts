import { nextTimestamp } from '../core.ts';
import { newMid } from '../customers/action.ts';
import type { Page, Thread } from '../entities.ts';
import { textOf } from '../fault-table.ts';
import type { CallContext, Route } from './call.ts';
import { badParameter, forbidden, GraphFailure, notFound, tokenRequired } from './failure.ts';
import { selectFields, UNKNOWN_FIELD } from './fields.ts';
import type { NodeDeps } from './nodes.ts';
import { isRecord, jsonParam, type Params, textParam } from './params.ts';

const DAY_MS = 86_400_000;
const MAX_TEXT = 2000;
/** Refused since 27 April 2026. */
const DEAD_TAGS = ['CONFIRMED_EVENT_UPDATE', 'ACCOUNT_UPDATE', 'POST_PURCHASE_UPDATE'];
const FETCH_MS = 10_000;

/**
 * Sending, and the profile of whom one sends to.
 *
 * https://developers.facebook.com/docs/messenger-platform/reference/send-api
 */
export function messageRoutes(deps: NodeDeps): Route[] {
  return [
    {
      method: 'POST',
      path: '/{page}/messages',
      about: 'Text, attachment or sender action to a customer; the windows are checked.',
      handle: (context) => send(deps, context),
    },
    {
      method: 'GET',
      path: '/{psid}',
      about: 'Name and picture of a customer, or the lack of them.',
      handle: (context) => profile(deps, context),
    },
  ];
}

export function requireMessagingPage({ caller, node, call }: CallContext): Page {
  if (caller.kind === 'none') {
    throw tokenRequired();
  }
  if (caller.kind !== 'page' || (node.kind === 'page' && node.page.id !== caller.page.id)) {
    throw caller.kind === 'page'
      ? notFound(call.segments[0] ?? '', call.method.toLowerCase())
      : forbidden('A page access token is required to request this resource.');
  }
  if (caller.grant.scopes['pages_messaging'] !== 'granted') {
    throw forbidden('Requires pages_messaging permission to manage the object');
  }
  return caller.page;
}

function requireThread(
  { core }: NodeDeps,
  { page, params }: { page: Page; params: Params },
): Thread {
  const recipient = jsonParam(params, 'recipient');
  const id = isRecord(recipient) ? textParam(recipient, 'id') : undefined;
  if (id === undefined) {
    throw badParameter('The parameter recipient is required.');
  }
  const thread = core.store.state.threads[id];
  if (thread?.pageId !== page.id) {
    throw badParameter('No matching user found', 2_018_001);
  }
  return thread;
}

async function send(deps: NodeDeps, context: CallContext) {
  const page = requireMessagingPage(context);
  const { caller } = context;
  const { params } = context.call;
  const tasks = ('person' in caller && page.roles[caller.person.id]?.tasks) || [];
  if (!tasks.includes('MESSAGING')) {
    throw forbidden('The user must have the MESSAGING task on the Page.');
  }
  const thread = requireThread(deps, { page, params });
  const action = textParam(params, 'sender_action')?.toLowerCase();
  const message = jsonParam(params, 'message');
  if (action !== undefined) {
    if (message !== undefined) {
      throw badParameter('message and sender_action cannot be sent together', 2_018_014);
    }
    const payload = jsonParam(params, 'payload');
    const mid = isRecord(payload) ? textParam(payload, 'message_id') : undefined;
    const about = mid === undefined ? { action } : { action, mid };
    deps.hooks.senderAction({ pageId: page.id, psid: thread.psid, ...about });
    return { recipient_id: thread.psid };
  }
  if (!isRecord(message)) {
    throw badParameter('The parameter message is required.');
  }
  checkWindow(deps, { params, thread });
  const content = await readContent(deps, message);
  const mid = newMid(deps.core);
  const replyTo = jsonParam(params, 'reply_to');
  deps.hooks.pageSent({
    appId: 'app' in caller ? caller.app.id : '',
    pageId: page.id,
    psid: thread.psid,
    mid,
    timestamp: nextTimestamp(deps.core),
    metadata: textParam(message, 'metadata'),
    replyTo: isRecord(replyTo) ? (textParam(replyTo, 'mid') ?? null) : null,
    ...content,
  });
  return { recipient_id: thread.psid, message_id: mid };
}

function checkWindow({ core }: NodeDeps, { params, thread }: { params: Params; thread: Thread }) {
  const tag = textParam(params, 'tag');
  if (tag !== undefined && DEAD_TAGS.includes(tag)) {
    throw badParameter(`The message tag ${tag} is no longer supported.`);
  }
  const days = tag === 'HUMAN_AGENT' ? 7 : 1;
  if (core.clock.now() - thread.lastCustomerAt > days * DAY_MS) {
    throw new GraphFailure({
      code: 10,
      subcode: 2_018_278,
      message: '(#10) This message is sent outside of allowed window.',
    });
  }
}

async function readContent({ core }: NodeDeps, message: Params) {
  const text = textParam(message, 'text') ?? null;
  const attachment = jsonParam(message, 'attachment');
  if (text !== null && attachment !== undefined) {
    throw badParameter(
      'Only one of the text, attachment, and dynamic_text fields can be specified',
    );
  }
  if (text !== null && text.length > MAX_TEXT) {
    throw badParameter(`Length of param message[text] must be less than or equal to ${MAX_TEXT}`);
  }
  if (text === null && !isRecord(attachment)) {
    throw badParameter('Message cannot be empty, must provide valid attachment or text');
  }
  if (!isRecord(attachment)) {
    return { text, attachment: null };
  }
  const payload = isRecord(attachment['payload']) ? attachment['payload'] : {};
  if (typeof payload['url'] === 'string') {
    await requireFetchable(core.fetch, payload['url']);
  }
  return { text, attachment: { type: textParam(attachment, 'type') ?? 'file', payload } };
}

/** Meta fetches the file before it answers. */
async function requireFetchable(fetch: typeof globalThis.fetch, url: string): Promise<void> {
  const failure = badParameter('Failed to fetch the file from the url', 2_018_008);
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(FETCH_MS) });
    await response.body?.cancel();
    if (!response.ok) {
      throw failure;
    }
  } catch (error) {
    failure.cause = error;
    throw failure;
  }
}

/** https://developers.facebook.com/docs/messenger-platform/identity/user-profile */
function profile(deps: NodeDeps, context: CallContext) {
  const { node, fields, call } = context;
  const page = requireMessagingPage(context);
  const psid = node.kind === 'psid' ? node.psid : '';
  const { state } = deps.core.store;
  const thread = state.threads[psid];
  const customer = state.customers[thread?.customerId ?? ''];
  if (!customer || thread?.pageId !== page.id) {
    throw notFound(call.segments[0] ?? '');
  }
  const missing = deps.faults.look('profile_missing');
  if (missing && textOf(missing, 'as') !== 'empty') {
    throw badParameter('No profile available for this user.', 2_018_218);
  }
  if (missing || !customer.isShared) {
    return {};
  }
  const known: Readonly<Record<string, unknown>> = {
    id: psid,
    name: `${customer.firstName} ${customer.lastName}`.trim(),
    first_name: customer.firstName,
    last_name: customer.lastName,
    profile_pic: `${deps.core.urls().graph}/files/picture/${customer.id}.png?size=200`,
    locale: undefined,
    timezone: undefined,
    gender: undefined,
  };
  const wanted = fields ?? ['first_name', 'last_name', 'profile_pic', 'id'].map(plain);
  const read = ({ name }: { name: string }) => (name in known ? known[name] : UNKNOWN_FIELD);
  return { ...selectFields(read, { fields: wanted, type: 'User' }), id: psid };
}

const plain = (name: string) => ({ name, alias: name, args: {}, fields: [] });
