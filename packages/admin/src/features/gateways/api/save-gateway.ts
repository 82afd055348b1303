import type { CreateGateway, Gateway, UpdateGateway } from '@chatgate/contract';
import { patch, post } from '../../../shared/api/http.ts';

export function createGateway(body: CreateGateway): Promise<Gateway> {
  return post('/gateways', body);
}

export function updateGateway(id: string, body: UpdateGateway): Promise<Gateway> {
  return patch(`/gateways/${encodeURIComponent(id)}`, body);
}
