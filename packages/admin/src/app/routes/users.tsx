import { useNavigate, useSearch } from '@tanstack/react-router';
import { UsersScreen } from '../../features/access/users-screen.tsx';
import { Require } from '../../shared/ui/require.tsx';

export function UsersRoute() {
  const navigate = useNavigate();
  const { tab, role } = useSearch({ from: '/signed-in/shell/users' });
  return (
    <Require permissions={['users:access', 'users:read']}>
      <UsersScreen
        tab={tab ?? 'people'}
        role={role ?? ''}
        onPlace={(place) =>
          void navigate({
            to: '/users',
            search: place.role === '' ? { tab: place.tab } : place,
            replace: true,
          })
        }
      />
    </Require>
  );
}
