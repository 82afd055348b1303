import type { GraphCaller, MetaError, PageToken } from '../../graph/index.ts';
import { SubscribedAppsSchema, subscriptionOf } from '../connect/page-reading.ts';
import type { Subscription } from './fields.ts';

/** What Meta holds for one Page, or why that is not known. */
export type Held =
  | { readonly kind: 'held'; readonly subscription: Subscription }
  | { readonly kind: 'refused'; readonly error: MetaError }
  | { readonly kind: 'unknown'; readonly error: MetaError | undefined };

export type Readable = { readonly pageId: string; readonly token: PageToken };

/** Reads what Meta holds, each Page with its own token; results in the order of the targets. */
export async function readHeld(
  caller: GraphCaller,
  { appId, targets }: { appId: string; targets: readonly Readable[] },
): Promise<Held[]> {
  const answers = await caller.batch(
    targets.map(({ pageId, token }) => ({
      method: 'GET',
      path: `${pageId}/subscribed_apps`,
      token,
    })),
    SubscribedAppsSchema,
  );
  return answers.map((answer) => {
    if (answer.kind !== 'ok') {
      return answer;
    }
    const subscription = subscriptionOf(answer.body, appId);
    return subscription ? { kind: 'held', subscription } : { kind: 'unknown', error: undefined };
  });
}
