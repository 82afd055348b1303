import type { Core } from '../core.ts';
import type { Faults } from '../faults.ts';
import type { Usage } from '../usage.ts';

/** The parts a Graph family works with. */
export interface GraphDeps {
  readonly core: Core;
  readonly faults: Faults;
  readonly usage: Usage;
  readonly hooks: GraphHooks;
}

/** What calls set off elsewhere. */
interface GraphHooks {
  /** The app lost a person's consent, or was taken off a Page. */
  deauthorized(event: { appId: string; personId?: string; pageId?: string }): void;
  /** A Page wrote to a customer. */
  pageSent(event: PageSent): void;
  /** A Page marked the conversation as seen, or shows that it is typing. */
  senderAction(event: { pageId: string; psid: string; action: string; mid?: string }): void;
}

export interface PageSent {
  readonly appId: string;
  readonly pageId: string;
  readonly psid: string;
  readonly mid: string;
  readonly timestamp: number;
  readonly text: string | null;
  readonly attachment: { readonly type: string; readonly payload: unknown } | null;
  readonly metadata: string | undefined;
  readonly replyTo: string | null;
}
