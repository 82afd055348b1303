import type { AuditAction, AuditSubject } from '@chatgate/contract';

export type AuditActor = {
  readonly kind: 'person' | 'api_key' | 'system' | 'meta';
  readonly id: string | null;
  readonly name: string;
  /** Where the request came from that this is done for. */
  readonly origin?: { readonly address: string | null; readonly agent: string | null } | undefined;
};

export type AuditEntry = {
  readonly actor: AuditActor;
  /** `noun.participle`, for example `page.receiving_switched`. */
  readonly action: AuditAction;
  readonly subject: {
    readonly kind: AuditSubject;
    readonly id: string;
    readonly name?: string | null;
  };
  readonly gatewayId?: string | null;
  readonly before?: unknown;
  readonly after?: unknown;
};

export const systemActor: AuditActor = { kind: 'system', id: null, name: 'Chatgate' };
export const metaActor: AuditActor = { kind: 'meta', id: null, name: 'Meta' };
