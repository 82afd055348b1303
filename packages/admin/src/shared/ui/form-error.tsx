import { IconAlertTriangle } from '@tabler/icons-react';
import { useErrorWords } from '../error-words.ts';
import { NoticeBox } from './notice-box.tsx';
import { RequestId } from './screens.tsx';

/** Why a form was refused; takes no room while there is nothing to say. */
export function FormError({ error }: { error: unknown }) {
  const words = useErrorWords();
  if (error === null || error === undefined) return null;
  return (
    <NoticeBox tone="bad" role="alert" icon={<IconAlertTriangle size={18} aria-hidden="true" />}>
      {words(error)}
      <RequestId error={error} />
    </NoticeBox>
  );
}
