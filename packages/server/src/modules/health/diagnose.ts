import type { Diagnosis, Gateway } from '@chatgate/contract';
import type { PageFacts } from '../pages/index.ts';

type Link = Diagnosis['links'][number]['link'];
type Broken = NonNullable<Diagnosis['broken']>;
type Verdict =
  | { readonly state: 'ok'; readonly at: number | null }
  | { readonly state: 'unknown'; readonly at: number | null; readonly reason: string }
  | ({ readonly state: 'broken'; readonly at: number | null } & Omit<Broken, 'link'>);

export type Evidence = {
  readonly gateway: Pick<Gateway, 'enabled' | 'webhook' | 'setUp'>;
  readonly page: PageFacts;
};

const ok = (at: number | null): Verdict => ({ state: 'ok', at });

/** Each link of the way of a message, in its order; each judges by what was seen, never by hope. */
const LINKS: readonly (readonly [Link, (evidence: Evidence) => Verdict])[] = [
  [
    'gateway',
    ({ gateway }) =>
      gateway.enabled
        ? ok(null)
        : { state: 'broken', at: null, reason: 'gateway_off', action: 'switch_gateway_on' },
  ],
  ['webhook', webhookOf],
  ['handshake', handshakeOf],
  ['page', pageOf],
  [
    'receiving',
    ({ page }) =>
      page.wanted
        ? ok(page.wantedChangedAt)
        : {
            state: 'broken',
            at: page.wantedChangedAt,
            reason: 'receiving_off',
            action: 'switch_on',
          },
  ],
  ['access', accessOf],
  ['subscription', subscriptionOf],
  ['first_event', eventOf],
];

/** Names the first broken link; what comes after it is not judged, since nothing gets there. */
export function diagnose(evidence: Evidence): Diagnosis {
  const links: Diagnosis['links'] = [];
  let broken: Diagnosis['broken'] = null;
  for (const [link, judge] of LINKS) {
    if (broken) {
      links.push({ link, state: 'not_reached', at: null });
      continue;
    }
    const verdict = judge(evidence);
    const { state, at } = verdict;
    links.push({ link, state, at, ...(state === 'ok' ? {} : { reason: verdict.reason }) });
    if (verdict.state === 'broken') {
      const { reason, action, who, words } = verdict;
      broken = { link, reason, action, ...(who ? { who } : {}), ...(words ? { words } : {}) };
    }
  }
  return { links, broken, checkedAt: evidence.page.checkedAt };
}

function webhookOf({ gateway: { webhook } }: Evidence): Verdict {
  if (webhook.state === 'registered') {
    return ok(webhook.checkedAt);
  }
  const words = webhook.problem?.message;
  return {
    state: 'broken',
    at: webhook.checkedAt,
    reason: webhook.state === 'failed' ? 'webhook_failed' : 'webhook_missing',
    action: 'register_webhook',
    ...(words === undefined ? {} : { words }),
  };
}

function handshakeOf({ gateway: { setUp } }: Evidence): Verdict {
  const proof = setUp.find(({ key }) => key === 'webhook')?.proof;
  if (proof?.kind === 'seen') {
    return ok(proof.at);
  }
  return {
    state: 'broken',
    at: proof?.at ?? null,
    reason: 'handshake_missing',
    action: 'register_webhook',
    ...(proof?.reason ? { words: proof.reason } : {}),
  };
}

function pageOf({ page }: Evidence): Verdict {
  switch (page.atMeta) {
    case 'published':
      return ok(page.checkedAt);
    case 'unpublished':
      return { state: 'broken', at: page.checkedAt, reason: 'unpublished', action: 'open_page' };
    case 'gone':
      return { state: 'broken', at: page.checkedAt, reason: 'page_gone', action: 'remove' };
    case 'merged':
      return { state: 'broken', at: page.checkedAt, reason: 'page_merged', action: 'remove' };
  }
}

/** A dead access stops checks and replies; it breaks nothing while Meta still sends. */
function accessOf({ page }: Evidence): Verdict {
  if (page.hasAccess) {
    return ok(page.checkedAt);
  }
  if (page.actual === 'on') {
    return { state: 'unknown', at: page.checkedAt, reason: 'access_dead_receiving' };
  }
  const who = page.accountNames.join(', ');
  return {
    state: 'broken',
    at: page.checkedAt,
    reason: 'access_dead',
    action: 'log_in',
    ...(who === '' ? {} : { who }),
  };
}

function subscriptionOf({ page }: Evidence): Verdict {
  if (page.actual === 'on') {
    return ok(page.checkedAt);
  }
  if (page.actual === 'unknown') {
    return { state: 'unknown', at: page.checkedAt, reason: 'check_failed' };
  }
  const words = page.problem?.message;
  return {
    state: 'broken',
    at: page.checkedAt,
    reason: page.actual === 'partial' ? 'fields_missing' : 'not_subscribed',
    action: 'repair',
    ...(words === undefined ? {} : { words }),
  };
}

function eventOf({ page }: Evidence): Verdict {
  return page.lastEventAt === null
    ? { state: 'unknown', at: null, reason: 'no_event_yet' }
    : ok(page.lastEventAt);
}
