import type { MetaProblem, NotConnectableReason } from '@chatgate/contract';
import type { AccountItem, PageNode } from '@chatgate/meta-protocol';
import { Type } from 'typebox';
import {
  asPageToken,
  type BatchResult,
  type MetaError,
  type PageToken,
} from '../../graph/index.ts';
import { describeFields, NOT_SUBSCRIBED, type Subscription } from '../subscription/fields.ts';

export type PageFacts = {
  readonly id: string;
  readonly name: string;
  readonly pictureUrl: string | null;
  readonly link: string | null;
  readonly category: string | null;
};

/** How reading one ticked Page ended. `unknown` makes the whole reading incomplete. */
export type PageReading =
  | {
      readonly kind: 'connectable';
      readonly page: PageFacts;
      readonly token: PageToken;
      /** Null where Meta does not tell: only `/me/accounts` knows them. */
      readonly tasks: readonly string[] | null;
      readonly subscription: Subscription;
    }
  | {
      readonly kind: 'refused';
      readonly page: Pick<PageFacts, 'id' | 'name'>;
      readonly reason: NotConnectableReason;
      readonly permissions?: readonly string[];
      readonly problem?: MetaProblem;
      /** The person's access to this Page is dead, whatever token we hold. */
      readonly isTokenDead: boolean;
    }
  | {
      readonly kind: 'unknown';
      readonly page: Pick<PageFacts, 'id' | 'name'>;
      readonly problem: MetaProblem;
    };

const text = Type.Optional(Type.String());

/** Answer of `GET /{page}`; keys that are not named here are let through. */
export const PageNodeSchema = Type.Object({
  id: Type.String(),
  name: text,
  access_token: text,
  category: text,
  link: text,
  is_published: Type.Optional(Type.Boolean()),
  picture: Type.Optional(Type.Object({ data: Type.Optional(Type.Object({ url: text })) })),
});

export const AccountItemSchema = Type.Intersect([
  PageNodeSchema,
  Type.Object({ tasks: Type.Optional(Type.Array(Type.String())) }),
]);

/** Answer of `GET /{page}/subscribed_apps`. */
export const SubscribedAppsSchema = Type.Object({
  data: Type.Array(
    Type.Object({
      id: Type.Union([Type.String(), Type.Integer()]),
      subscribed_fields: Type.Optional(Type.Array(Type.String())),
    }),
  ),
});
type SubscribedApps = { data: { id: string | number; subscribed_fields?: string[] }[] };

export const PAGE_FIELDS = 'id,name,access_token,category,link,picture{url},is_published';

export function toFacts(node: PageNode): PageFacts {
  return {
    id: node.id,
    name: node.name ?? node.id,
    pictureUrl: node.picture?.data?.url ?? null,
    link: node.link ?? null,
    category: node.category ?? null,
  };
}

/** Only the calling app is ever listed; another one means that the token is not ours. */
export function subscriptionOf(answer: SubscribedApps, appId: string): Subscription | undefined {
  if (answer.data.length === 0) {
    return NOT_SUBSCRIBED;
  }
  const own = answer.data.find(({ id }) => String(id) === appId);
  return own && describeFields(own.subscribed_fields ?? []);
}

/** A readable Page whose token is still to be proved. */
export type Candidate = {
  readonly kind: 'candidate';
  readonly page: PageFacts;
  readonly token: PageToken;
};

/** Judges the first reading of a Page, made with the person's token. */
export function judgeNode(
  id: string,
  node: BatchResult<PageNode>,
  listed: AccountItem | undefined,
): PageReading | Candidate {
  const page = { id, name: listed?.name ?? id };
  if (node.kind === 'unknown') {
    return { kind: 'unknown', page, problem: node.error.problem() };
  }
  if (node.kind === 'refused') {
    return refusedBecause(page, node.error);
  }
  const facts = toFacts({ ...node.body, id });
  const token = node.body.access_token;
  if (node.body.is_published === false) {
    return { kind: 'refused', page: facts, reason: 'unpublished', isTokenDead: false };
  }
  if (token === undefined || token === '') {
    return { kind: 'refused', page: facts, reason: 'no_token', isTokenDead: false };
  }
  const reason = missingTask(listed?.tasks);
  return reason
    ? { kind: 'refused', page: facts, reason, isTokenDead: false }
    : { kind: 'candidate', page: facts, token: asPageToken(token) };
}

/** Judges the proof of a Page's token: the reading of its subscription made with it. */
export function judgeProof(
  { page, token }: Candidate,
  proof: BatchResult<SubscribedApps>,
  { appId, tasks }: { appId: string; tasks: readonly string[] | undefined },
): PageReading {
  if (proof.kind === 'unknown') {
    return { kind: 'unknown', page, problem: proof.error.problem() };
  }
  if (proof.kind === 'refused') {
    const reading = refusedBecause(page, proof.error);
    return proof.error.cls === 'config' ? { ...reading, reason: 'may_not_manage' } : reading;
  }
  const subscription = subscriptionOf(proof.body, appId);
  return subscription
    ? { kind: 'connectable', page, token, tasks: tasks ?? null, subscription }
    : { kind: 'refused', page, reason: 'not_readable', isTokenDead: false };
}

const TWO_FACTOR_CODE = 415;
const ROLE_LOST_SUBCODE = 492;

function refusedBecause(
  page: Pick<PageFacts, 'id' | 'name'>,
  error: MetaError,
): Extract<PageReading, { kind: 'refused' }> {
  const isTwoFactor =
    error.code === TWO_FACTOR_CODE || (error.code === 190 && error.subcode === ROLE_LOST_SUBCODE);
  return {
    kind: 'refused',
    page,
    reason: isTwoFactor ? 'two_factor_required' : 'not_readable',
    problem: error.problem(),
    isTokenDead: error.cls === 'auth',
  };
}

const MANAGING = [
  'MANAGE',
  'MODERATE',
  'PROFILE_PLUS_FULL_CONTROL',
  'PROFILE_PLUS_MANAGE',
  'PROFILE_PLUS_MODERATE',
];
const REPLYING = ['MESSAGING', 'PROFILE_PLUS_FULL_CONTROL', 'PROFILE_PLUS_MESSAGING'];

/** Tasks that Meta did not tell are unknown, never missing. */
function missingTask(tasks: readonly string[] | undefined): NotConnectableReason | undefined {
  if (tasks === undefined) {
    return undefined;
  }
  const hasOne = (wanted: readonly string[]) => wanted.some((task) => tasks.includes(task));
  if (!hasOne(MANAGING)) {
    return 'may_not_manage';
  }
  return hasOne(REPLYING) ? undefined : 'cannot_reply';
}
