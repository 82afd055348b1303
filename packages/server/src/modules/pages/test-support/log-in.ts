import type { ConnectAttempt } from '@chatgate/contract';
import type { Node, World } from './world.ts';

export type Choice = {
  readonly pages?: 'all' | string[];
  readonly decline?: string[];
  /** Only *Continue as*, nothing changed. */
  readonly isShortcut?: boolean;
  readonly isCancelled?: boolean;
  readonly reauthenticate?: boolean;
  readonly node?: Node;
};

/** Opens the window; gives where Facebook sends the browser back to, and its cookie. */
export async function openWindow(
  world: World,
  person: string,
  { node = world, reauthenticate = false, ...pressed }: Choice = {},
) {
  const { body } = await node.api('POST', '/connect', { reauthenticate });
  const start = new URL(body.url);
  const opened = await node.server.inject({ url: start.pathname + start.search });
  const cookie = String(opened.headers['set-cookie'] ?? '').split(';')[0] ?? '';
  const dialog = String(opened.headers.location);
  const { redirect } = world.emulator.authorize({ url: dialog, person, ...pressed });
  const back = new URL(redirect);
  return {
    attemptId: String(body.attemptId),
    path: back.pathname + back.search,
    cookie,
    opened,
    dialog,
  };
}

/** The window comes back, and the background work is done; gives the attempt as the window sees it. */
export async function comeBack(
  node: Node,
  { attemptId, path, cookie }: { attemptId: string; path: string; cookie: string },
): Promise<ConnectAttempt> {
  await node.server.inject({ url: path, headers: { cookie } });
  await node.drain();
  return (await node.api('GET', `/connect/${attemptId}`)).body;
}

/** The whole window; gives the result that it shows. */
export async function connect(
  world: World,
  person: string,
  choice: Choice = {},
): Promise<ConnectAttempt> {
  return comeBack(choice.node ?? world, await openWindow(world, person, choice));
}
