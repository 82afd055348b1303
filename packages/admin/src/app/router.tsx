import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import { isUsersTab, type UsersTab } from '../features/access/users-tab.ts';
import { readView } from '../features/destinations/destination-view.ts';
import { textOf } from '../shared/api/api-error.ts';
import { meQuery } from '../shared/api/me.ts';
import { BrokenScreen, NotFoundScreen } from '../shared/ui/screens.tsx';
import { homeOf } from './home.ts';
import { placeHere } from './place-here.ts';
import { useFocusAfterRoute } from './use-focus-after-route.ts';

interface Context {
  readonly client: QueryClient;
}

const root = createRootRouteWithContext<Context>()({
  component: Root,
  errorComponent: BrokenOutside,
  notFoundComponent: LostOutside,
});

/** Outside the shell the screen brings its own landmark. */
function LostOutside() {
  return (
    <main id="main">
      <NotFoundScreen />
    </main>
  );
}

function BrokenOutside({ error }: { error: unknown }) {
  return (
    <main id="main">
      <BrokenScreen error={error} />
    </main>
  );
}

function Root() {
  useFocusAfterRoute();
  return <Outlet />;
}

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: (search): { to?: string; problem?: string } => {
    const to = placeHere(textOf(search['to']));
    const problem = textOf(search['problem']);
    return {
      ...(to === undefined ? {} : { to }),
      ...(problem === undefined ? {} : { problem }),
    };
  },
  component: lazyRouteComponent(() => import('./routes/sign-in.tsx'), 'SignInRoute'),
});

const setUp = createRoute({
  getParentRoute: () => root,
  path: '/setup',
  component: lazyRouteComponent(() => import('./routes/set-up.tsx'), 'SetUpRoute'),
});

const passwordReset = createRoute({
  getParentRoute: () => root,
  path: '/password-reset',
  component: lazyRouteComponent(() => import('./routes/password-reset.tsx'), 'PasswordResetRoute'),
});

/** For whoever was asked in as a user. */
const invitation = createRoute({
  getParentRoute: () => root,
  path: '/invitation',
  component: lazyRouteComponent(() => import('./routes/invitation.tsx'), 'InvitationRoute'),
});

/** For people who were invited to connect Pages by a link: they have no account here. */
const invited = createRoute({
  getParentRoute: () => root,
  path: '/invite',
  component: lazyRouteComponent(() => import('./routes/invited.tsx'), 'InvitedRoute'),
});

const invitedResult = createRoute({
  getParentRoute: () => root,
  path: '/invite/$attemptId',
  component: lazyRouteComponent(() => import('./routes/invited-result.tsx'), 'InvitedResultRoute'),
});

/** Everything that needs a signed-in person. */
const signedIn = createRoute({
  getParentRoute: () => root,
  id: 'signed-in',
  errorComponent: BrokenOutside,
  beforeLoad: async ({ context, location }) => {
    try {
      return { me: await context.client.ensureQueryData(meQuery) };
    } catch (cause) {
      if (isSignedOut(cause)) {
        throw redirect({ to: '/sign-in', search: { to: location.href } });
      }
      throw cause;
    }
  },
});

function isSignedOut(cause: unknown): boolean {
  return (
    typeof cause === 'object' &&
    cause !== null &&
    'code' in cause &&
    cause.code === 'unauthenticated'
  );
}

const shell = createRoute({
  getParentRoute: () => signedIn,
  id: 'shell',
  errorComponent: BrokenOutside,
  component: lazyRouteComponent(() => import('./shell.tsx'), 'Shell'),
});

const home = createRoute({
  getParentRoute: () => shell,
  path: '/',
  beforeLoad: ({ context }) => {
    throw redirect({ to: homeOf(context.me), replace: true });
  },
});

const gateways = createRoute({
  getParentRoute: () => shell,
  path: '/gateways',
  component: lazyRouteComponent(() => import('./routes/gateways.tsx'), 'GatewaysRoute'),
});

const newGateway = createRoute({
  getParentRoute: () => shell,
  path: '/gateways/new',
  component: lazyRouteComponent(() => import('./routes/new-gateway.tsx'), 'NewGatewayRoute'),
});

const gateway = createRoute({
  getParentRoute: () => shell,
  path: '/gateways/$gatewayId',
  component: lazyRouteComponent(() => import('./routes/gateway.tsx'), 'GatewayRoute'),
});

const gatewayGeneral = createRoute({
  getParentRoute: () => gateway,
  path: '/',
  component: lazyRouteComponent(() => import('./routes/gateway-general.tsx'), 'GeneralRoute'),
});

const gatewayPages = createRoute({
  getParentRoute: () => gateway,
  path: '/pages',
  component: lazyRouteComponent(() => import('./routes/gateway-pages.tsx'), 'PagesRoute'),
});

const conversations = createRoute({
  getParentRoute: () => shell,
  path: '/conversations',
  component: lazyRouteComponent(() => import('./routes/conversations.tsx'), 'ConversationsRoute'),
});

const conversation = createRoute({
  getParentRoute: () => conversations,
  path: '/$conversationId',
});

const gatewayDestinations = createRoute({
  getParentRoute: () => gateway,
  path: '/destinations',
  component: lazyRouteComponent(
    () => import('./routes/gateway-destinations.tsx'),
    'GatewayDestinationsRoute',
  ),
});

const destinations = createRoute({
  getParentRoute: () => shell,
  path: '/destinations',
  component: lazyRouteComponent(() => import('./routes/destinations.tsx'), 'DestinationsRoute'),
});

const newDestination = createRoute({
  getParentRoute: () => shell,
  path: '/destinations/new',
  validateSearch: (search): { gatewayId?: string } => {
    const gatewayId = textOf(search['gatewayId']);
    return gatewayId === undefined ? {} : { gatewayId };
  },
  component: lazyRouteComponent(
    () => import('./routes/new-destination.tsx'),
    'NewDestinationRoute',
  ),
});

const eventTypes = createRoute({
  getParentRoute: () => shell,
  path: '/destinations/events',
  component: lazyRouteComponent(() => import('./routes/event-types.tsx'), 'EventTypesRoute'),
});

const destination = createRoute({
  getParentRoute: () => shell,
  path: '/destinations/$destinationId',
  validateSearch: readView,
  component: lazyRouteComponent(() => import('./routes/destination.tsx'), 'DestinationRoute'),
});

const audit = createRoute({
  getParentRoute: () => shell,
  path: '/audit',
  component: lazyRouteComponent(() => import('./routes/audit.tsx'), 'AuditRoute'),
});

const users = createRoute({
  getParentRoute: () => shell,
  path: '/users',
  validateSearch: (search): { tab?: UsersTab; role?: string } => ({
    ...(isUsersTab(search['tab']) ? { tab: search['tab'] } : {}),
    ...(textOf(search['role']) === undefined ? {} : { role: textOf(search['role']) ?? '' }),
  }),
  component: lazyRouteComponent(() => import('./routes/users.tsx'), 'UsersRoute'),
});

const apiKeys = createRoute({
  getParentRoute: () => shell,
  path: '/api-keys',
  component: lazyRouteComponent(() => import('./routes/api-keys.tsx'), 'ApiKeysRoute'),
});

const account = createRoute({
  getParentRoute: () => shell,
  path: '/account',
  component: lazyRouteComponent(() => import('./routes/account.tsx'), 'AccountRoute'),
});

const guide = createRoute({
  getParentRoute: () => shell,
  path: '/guide/meta-app',
  component: lazyRouteComponent(() => import('./routes/guide.tsx'), 'GuideRoute'),
});

const connectResult = createRoute({
  getParentRoute: () => signedIn,
  path: '/connect/$gatewayId/$attemptId',
  errorComponent: BrokenOutside,
  component: lazyRouteComponent(() => import('./routes/connect-result.tsx'), 'ConnectResultRoute'),
});

const tree = root.addChildren([
  signIn,
  setUp,
  passwordReset,
  invitation,
  invited,
  invitedResult,
  signedIn.addChildren([
    shell.addChildren([
      home,
      gateways,
      newGateway,
      gateway.addChildren([gatewayGeneral, gatewayPages, gatewayDestinations]),
      conversations.addChildren([conversation]),
      destinations,
      newDestination,
      eventTypes,
      destination,
      audit,
      users,
      apiKeys,
      account,
      guide,
    ]),
    connectResult,
  ]),
]);

export function createAppRouter(client: QueryClient) {
  const router = createRouter({
    routeTree: tree,
    context: { client },
    defaultPreload: 'intent',
    defaultPreloadStaleTime: 0,
    defaultErrorComponent: BrokenScreen,
    defaultNotFoundComponent: NotFoundScreen,
    scrollRestoration: true,
  });
  return {
    router,
    /** The session ended on the server: back to the sign-in, and from there to this place again. */
    endSession: () => {
      const here = router.state.location;
      if (here.pathname === '/sign-in' || here.pathname === '/setup') return;
      client.removeQueries({ queryKey: ['me'] });
      void router.navigate({ to: '/sign-in', search: { to: here.href }, ignoreBlocker: true });
    },
  };
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>['router'];
  }
}
