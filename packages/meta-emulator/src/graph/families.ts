import type { Route } from './call.ts';
import { conversationRoutes } from './conversations.ts';
import { messageRoutes } from './messages.ts';
import type { NodeDeps } from './nodes.ts';
import { oauthRoutes } from './oauth.ts';
import { pageRoutes } from './pages.ts';
import { peopleRoutes } from './people.ts';
import { subscribedAppsRoutes } from './subscribed-apps.ts';
import { subscriptionRoutes } from './subscriptions.ts';

/** Every path of the Graph API that the emulator answers. */
export function graphRoutes(deps: NodeDeps): Route[] {
  return [
    ...oauthRoutes(deps),
    ...peopleRoutes(deps),
    ...pageRoutes(deps),
    ...subscriptionRoutes(deps),
    ...subscribedAppsRoutes(deps),
    ...messageRoutes(deps),
    ...conversationRoutes(deps),
  ];
}
