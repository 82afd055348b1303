import {
  CreateDestination,
  Destination,
  DestinationList,
  DestinationWithSecret,
  ListDestinations,
  NatsState,
  ReplayEvents,
  ReplayList,
  ReplayResult,
  TestResult,
  UpdateDestination,
} from '@chatgate/contract';
import { Type } from 'typebox';
import type { Api } from '../../platform/http/api.ts';
import { actorOf } from '../auth/index.ts';
import type { DestinationActions } from './actions.ts';

export const Id = Type.Object({ id: Type.String({ maxLength: 64 }) });
const tags = ['Destinations'];
const read = { access: { section: 'destinations', anyOf: ['read'] } } as const;
const create = { access: { section: 'destinations', anyOf: ['create'] } } as const;
const edit = { access: { section: 'destinations', anyOf: ['edit'] } } as const;
const remove = { access: { section: 'destinations', anyOf: ['delete'] } } as const;

export function registerDestinationReadRoutes(api: Api, actions: DestinationActions): void {
  api.get(
    '/destinations',
    {
      config: read,
      schema: {
        summary: 'List destinations',
        description: 'With `gatewayId`: those that take events of that gateway.',
        tags,
        querystring: ListDestinations,
        response: { 200: DestinationList },
      },
    },
    (request) => actions.list(request.query),
  );

  api.get(
    '/destinations/:id',
    {
      config: read,
      schema: {
        summary: 'One destination',
        tags,
        params: Id,
        response: { 200: Destination },
        errors: ['not_found'],
      },
    },
    (request) => actions.show(request.params.id),
  );

  api.get(
    '/destinations/nats',
    {
      config: read,
      schema: {
        summary: 'Whether NATS is configured, and what it promises',
        tags,
        response: { 200: NatsState },
      },
    },
    () => actions.natsState(),
  );

  api.get(
    '/destinations/:id/replays',
    {
      config: read,
      schema: {
        summary: 'The newest replays of a destination',
        tags,
        params: Id,
        response: { 200: ReplayList },
        errors: ['not_found'],
      },
    },
    (request) => actions.replays(request.params.id),
  );
}

export function registerDestinationWriteRoutes(api: Api, actions: DestinationActions): void {
  api.post(
    '/destinations',
    {
      config: create,
      schema: {
        summary: 'Create a destination',
        description: 'The only answer, beside that of rotating, that carries the secret.',
        tags,
        body: CreateDestination,
        response: { 201: DestinationWithSecret },
        errors: ['not_found', 'address_refused', 'nats_not_configured'],
      },
    },
    async (request, reply) =>
      reply.code(201).send(await actions.create(request.body, actorOf(request))),
  );

  api.patch(
    '/destinations/:id',
    {
      config: edit,
      schema: {
        summary: 'Change a destination, or switch it on or off',
        description: 'While it is off nothing is queued for it; what waits already, waits on.',
        tags,
        params: Id,
        body: UpdateDestination,
        response: { 200: Destination },
        errors: ['not_found', 'conflict', 'address_refused'],
      },
    },
    (request) => actions.change(request.params.id, request.body, actorOf(request)),
  );

  api.delete(
    '/destinations/:id',
    {
      config: remove,
      schema: {
        summary: 'Delete a destination',
        description: 'What waits for it is not sent any more; its log is erased.',
        tags,
        params: Id,
        response: { 204: Type.Null() },
        errors: ['not_found'],
      },
    },
    async (request, reply) => {
      await actions.remove(request.params.id, actorOf(request));
      return reply.code(204).send(null);
    },
  );

  api.post(
    '/destinations/:id/rotate-secret',
    {
      config: edit,
      schema: {
        summary: 'Give it a new secret',
        description:
          'The secret before signs beside it for 24 hours. Two sign at most: another rotation within that time ends the oldest at once, which is how a secret in wrong hands is made worthless (rotate twice).',
        tags,
        params: Id,
        response: { 200: DestinationWithSecret },
        errors: ['not_found', 'conflict'],
      },
    },
    (request) => actions.rotate(request.params.id, actorOf(request)),
  );
}

export function registerDestinationActionRoutes(api: Api, actions: DestinationActions): void {
  api.post(
    '/destinations/:id/test',
    {
      config: edit,
      schema: {
        summary: 'Send a test event now and tell what came back',
        tags,
        params: Id,
        response: { 200: TestResult },
        errors: ['not_found'],
      },
    },
    (request) => actions.test(request.params.id, actorOf(request)),
  );

  api.post(
    '/destinations/:id/replay',
    {
      config: edit,
      schema: {
        summary: 'Send recorded events again',
        description:
          'One event, a conversation (from a seq on), or a time range; with `dryRun` they are only counted. They keep their ids and go to the end of their queues.',
        tags,
        params: Id,
        body: ReplayEvents,
        response: { 200: ReplayResult },
        errors: ['not_found', 'conflict'],
      },
    },
    (request) => actions.replay(request.params.id, request.body, actorOf(request)),
  );

  api.post(
    '/destinations/:id/resume',
    {
      config: edit,
      schema: {
        summary: 'End its pause and try everything that waits now, with a fresh schedule',
        tags,
        params: Id,
        response: { 200: Destination },
        errors: ['not_found', 'conflict'],
      },
    },
    (request) => actions.resume(request.params.id, actorOf(request)),
  );
}

export function registerParkedRoutes(api: Api, actions: DestinationActions): void {
  api.post(
    '/destinations/:id/retry-parked',
    {
      config: edit,
      schema: {
        summary: 'Try everything parked again, up to 1,000 at once',
        tags,
        params: Id,
        response: { 200: Type.Object({ retried: Type.Integer() }) },
        errors: ['not_found'],
      },
    },
    (request) => actions.retryParked(request.params.id, actorOf(request)),
  );

  api.post(
    '/destinations/:id/skip-parked',
    {
      config: edit,
      schema: {
        summary: 'Leave everything parked out, up to 1,000 at once; what waits behind goes on',
        tags,
        params: Id,
        response: { 200: Type.Object({ skipped: Type.Integer() }) },
        errors: ['not_found'],
      },
    },
    (request) => actions.skipParked(request.params.id, actorOf(request)),
  );
}
