import {
  ConfirmSetUpLine,
  CreateGateway,
  Gateway,
  GatewayDeletion,
  GatewayList,
  ListGateways,
  UpdateGateway,
} from '@chatgate/contract';
import { Type } from 'typebox';
import type { Api } from '../../platform/http/api.ts';
import { actorOf } from '../auth/index.ts';
import { confirmLine } from './confirm-line.ts';
import { createGateway } from './create-gateway.ts';
import { deleteGateway } from './delete-gateway.ts';
import type { SaveDeps } from './deps.ts';
import type { GatewayReading } from './read.ts';
import { changeGateway, registerAgain } from './update-gateway.ts';

type Deps = { save: SaveDeps; reading: GatewayReading };

const Id = Type.Object({ id: Type.String({ maxLength: 64 }) });
const tags = ['Gateways'];
const read = { access: { section: 'gateways', anyOf: ['read'] } } as const;
const create = { access: { section: 'gateways', anyOf: ['create'] } } as const;
const edit = { access: { section: 'gateways', anyOf: ['edit'] } } as const;
const remove = { access: { section: 'gateways', anyOf: ['delete'] } } as const;

export function registerGatewayReadRoutes(api: Api, { reading }: Deps): void {
  api.get(
    '/gateways',
    {
      config: read,
      schema: {
        summary: 'List gateways',
        tags,
        querystring: ListGateways,
        response: { 200: GatewayList },
      },
    },
    (request) => reading.list(request.query, actorOf(request)),
  );

  api.get(
    '/gateways/:id',
    {
      config: read,
      schema: {
        summary: 'One gateway',
        tags,
        params: Id,
        response: { 200: Gateway },
        errors: ['not_found'],
      },
    },
    (request) => reading.show(request.params.id, actorOf(request)),
  );

  api.get(
    '/gateways/:id/deletion',
    {
      config: remove,
      schema: {
        summary: 'What deleting it would end',
        tags,
        params: Id,
        response: { 200: GatewayDeletion },
        errors: ['not_found'],
      },
    },
    (request) => reading.deletion(request.params.id),
  );
}

export function registerGatewayWriteRoutes(api: Api, deps: Deps): void {
  const { save, reading } = deps;

  api.post(
    '/gateways',
    {
      config: create,
      schema: {
        summary: 'Create a gateway',
        description:
          'Checks App ID, secret and version at Meta, stores, then registers the app-level webhook; a failed registration does not fail the call (`webhook.state`).',
        tags,
        body: CreateGateway,
        response: { 201: Gateway },
        errors: ['app_id_taken', 'webhook_elsewhere', 'meta_refused', 'meta_unreachable'],
      },
    },
    async (request, reply) => {
      const actor = actorOf(request);
      const id = await createGateway(save, request.body, actor);
      return reply.code(201).send(await reading.show(id, actor));
    },
  );

  api.patch(
    '/gateways/:id',
    {
      config: edit,
      schema: {
        summary: 'Change a gateway',
        tags,
        params: Id,
        body: UpdateGateway,
        response: { 200: Gateway },
        errors: [
          'not_found',
          'conflict',
          'app_id_taken',
          'webhook_elsewhere',
          'meta_refused',
          'meta_unreachable',
        ],
      },
    },
    async (request) => {
      const actor = actorOf(request);
      await changeGateway(save, { id: request.params.id, body: request.body, actor });
      return reading.show(request.params.id, actor);
    },
  );

  api.delete(
    '/gateways/:id',
    {
      config: remove,
      schema: {
        summary: 'Delete a gateway',
        description:
          'Unsubscribes its Pages and removes the app-level subscription; conversations stay readable.',
        tags,
        params: Id,
        response: { 204: Type.Null() },
        errors: ['not_found'],
      },
    },
    async (request, reply) => {
      await deleteGateway(save, request.params.id, actorOf(request));
      return reply.code(204).send(null);
    },
  );
}

export function registerGatewaySetUpRoutes(api: Api, deps: Deps): void {
  const { save, reading } = deps;

  api.post(
    '/gateways/:id/webhook',
    {
      config: edit,
      schema: {
        summary: 'Register the app-level webhook again',
        tags,
        params: Id,
        body: Type.Object(
          { moveWebhook: Type.Optional(Type.Boolean()) },
          { additionalProperties: false },
        ),
        response: { 200: Gateway },
        errors: ['not_found', 'webhook_elsewhere'],
      },
    },
    async (request) => {
      await registerAgain(save, {
        id: request.params.id,
        moveWebhook: request.body.moveWebhook ?? false,
      });
      return reading.show(request.params.id, actorOf(request));
    },
  );

  api.put(
    '/gateways/:id/setup/:key',
    {
      config: edit,
      schema: {
        summary: 'Confirm a line of Set up at Meta that cannot be read',
        tags,
        params: Type.Object({ id: Id.properties.id, key: Type.String({ maxLength: 40 }) }),
        body: ConfirmSetUpLine,
        response: { 200: Gateway },
        errors: ['not_found'],
      },
    },
    async (request) => {
      const { id, key } = request.params;
      const actor = actorOf(request);
      await confirmLine(save, { id, key, confirmed: request.body.confirmed, actor });
      return reading.show(id, actor);
    },
  );
}
