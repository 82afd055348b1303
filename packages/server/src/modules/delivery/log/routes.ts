import { DeliveryDetails, DeliveryList, ListDeliveries } from '@chatgate/contract';
import type { Api } from '../../../platform/http/api.ts';
import type { Actor } from '../../auth/index.ts';
import { actorOf } from '../../auth/index.ts';
import { Id } from '../routes.ts';
import type { DeliveryReading } from './show-delivery.ts';

const tags = ['Deliveries'];
const read = { access: { section: 'destinations', anyOf: ['read'] } } as const;
const edit = { access: { section: 'destinations', anyOf: ['edit'] } } as const;

export function registerDeliveryRoutes(
  api: Api,
  actions: DeliveryReading & {
    retry: (id: string, actor: Actor) => Promise<void>;
    skip: (id: string, actor: Actor) => Promise<void>;
  },
): void {
  api.get(
    '/deliveries',
    {
      config: read,
      schema: {
        summary: 'Deliveries, newest first',
        description:
          'Filtered by state or type, a page looks through 20,000 deliveries at most: it may hold fewer than asked for, or none, and still have a `nextCursor`.',
        tags,
        querystring: ListDeliveries,
        response: { 200: DeliveryList },
      },
    },
    (request) => actions.list(request.query),
  );

  api.get(
    '/deliveries/:id',
    {
      config: read,
      schema: {
        summary: 'One delivery with its request and every answer',
        tags,
        params: Id,
        response: { 200: DeliveryDetails },
        errors: ['not_found'],
      },
    },
    (request) => actions.show(request.params.id),
  );

  api.post(
    '/deliveries/:id/retry',
    {
      config: edit,
      schema: {
        summary: 'Try a parked or waiting delivery now, with a fresh schedule',
        tags,
        params: Id,
        response: { 200: DeliveryDetails },
        errors: ['not_found', 'conflict'],
      },
    },
    async (request) => {
      await actions.retry(request.params.id, actorOf(request));
      return actions.show(request.params.id);
    },
  );

  api.post(
    '/deliveries/:id/skip',
    {
      config: edit,
      schema: {
        summary: 'Leave this event out; what waits behind it goes on',
        tags,
        params: Id,
        response: { 200: DeliveryDetails },
        errors: ['not_found', 'conflict'],
      },
    },
    async (request) => {
      await actions.skip(request.params.id, actorOf(request));
      return actions.show(request.params.id);
    },
  );
}
