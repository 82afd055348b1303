import { ApiKeysScreen } from '../../features/access/api-keys-screen.tsx';
import { Require } from '../../shared/ui/require.tsx';

export function ApiKeysRoute() {
  return (
    <Require permissions={['users:access', 'users:read']}>
      <ApiKeysScreen />
    </Require>
  );
}
