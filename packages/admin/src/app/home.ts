import type { Me } from '@chatgate/contract';

/** Agents land in Conversations; whoever may see the gateways lands there. */
export function homeOf(me: Me): '/gateways' | '/conversations' {
  const mayGateways = me.permissions.includes('gateways:access');
  const mayConversations = me.permissions.includes('conversations:access');
  return mayGateways || !mayConversations ? '/gateways' : '/conversations';
}
