import { useParams } from '@tanstack/react-router';
import { ConversationsScreen } from '../../features/conversations/conversations-screen.tsx';
import { Require } from '../../shared/ui/require.tsx';

export function ConversationsRoute() {
  const { conversationId } = useParams({ strict: false });
  return (
    <Require permissions={['conversations:access', 'conversations:read']}>
      <ConversationsScreen conversationId={conversationId} />
    </Require>
  );
}
