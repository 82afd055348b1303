import type { Page } from '../entities.ts';
import type { CallContext, Route } from './call.ts';
import { notFound } from './failure.ts';
import { appReader, type NodeDeps, pageReader, render, requireReadablePage } from './nodes.ts';
import { textParam } from './params.ts';
import { redirectTo } from './redirect.ts';

/** Pages and apps as nodes, and their pictures. */
export function pageRoutes(deps: NodeDeps): Route[] {
  return [
    {
      method: 'GET',
      path: '/{page}',
      about: 'A Page by id, with its token for the person who ticked it.',
      handle: (context) => {
        const page = pageOfNode(context);
        requireReadablePage(deps, { page, caller: context.caller });
        return render(pageReader(deps, { page, caller: context.caller }), context.fields);
      },
    },
    {
      method: 'GET',
      path: '/{page}/picture',
      about: 'Redirects to the picture, or names it with redirect=false.',
      handle: (context) => {
        const page = pageOfNode(context);
        // Every app sees the picture of a published Page; of another, only who may read it.
        if (!page.isPublished) {
          requireReadablePage(deps, { page, caller: context.caller });
        }
        const reader = pageReader(deps, { page, caller: context.caller });
        const width = textParam(context.call.params, 'width') ?? '50';
        const picture = reader.read({ name: 'picture', alias: '', args: { width }, fields: [] });
        const isData = ['false', '0'].includes(textParam(context.call.params, 'redirect') ?? '');
        return isData ? picture : redirectTo((picture as { data: { url: string } }).data.url);
      },
    },
    {
      method: 'GET',
      path: '/{app}',
      about: 'Name, category and link of the app.',
      handle: ({ node, fields, caller }) => {
        if (node.kind !== 'app' || !('app' in caller) || caller.app.id !== node.app.id) {
          throw notFound(node.kind === 'app' ? node.app.id : '');
        }
        return render(appReader(deps, node.app), fields);
      },
    },
  ];
}

function pageOfNode({ node }: CallContext): Page {
  if (node.kind !== 'page') {
    throw notFound('');
  }
  return node.page;
}
