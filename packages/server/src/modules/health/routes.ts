import { Diagnosis } from '@chatgate/contract';
import { Type } from 'typebox';
import { AppError } from '../../platform/errors.ts';
import type { Api } from '../../platform/http/api.ts';
import { diagnose } from './diagnose.ts';
import type { HealthDeps } from './types.ts';

const tags = ['Facebook pages'];
const Id = Type.String({ minLength: 1, maxLength: 64 });
const OfPage = Type.Object({ id: Id, pageId: Id });
const read = { access: { section: 'gateways', anyOf: ['read'] } } as const;

export function registerHealthRoutes(api: Api, deps: HealthDeps): void {
  api.get(
    '/gateways/:id/pages/:pageId/diagnosis',
    {
      config: read,
      schema: {
        summary: 'Why messages of a Page do not arrive',
        description:
          'Walks the way of a message from Meta to the conversation and names the first broken link. Judges by what was seen last; `POST …/check` looks anew.',
        tags,
        params: OfPage,
        response: { 200: Diagnosis },
        errors: ['not_found'],
      },
    },
    ({ params }) => loadDiagnosis(deps, { gatewayId: params.id, pageId: params.pageId }),
  );

  api.post(
    '/gateways/:id/pages/:pageId/check',
    {
      config: read,
      schema: {
        summary: 'Read one Page at Meta, then diagnose it',
        description: 'Changes nothing at Meta.',
        tags,
        params: OfPage,
        response: { 200: Diagnosis },
        errors: ['not_found'],
      },
    },
    async ({ params }) => {
      const page = { gatewayId: params.id, pageId: params.pageId };
      await loadDiagnosis(deps, page);
      await deps.pages.checkAtMeta({ gatewayId: params.id, pageIds: [params.pageId] });
      return loadDiagnosis(deps, page);
    },
  );
}

async function loadDiagnosis(
  { db, gateways, pages }: HealthDeps,
  { gatewayId, pageId }: { gatewayId: string; pageId: string },
): Promise<Diagnosis> {
  const gateway = await gateways.describe(gatewayId);
  const page = await pages.factsOf(db, { gatewayId, pageId });
  if (!page) {
    throw new AppError('not_found', 'This Page is not connected.');
  }
  return diagnose({ gateway, page });
}
