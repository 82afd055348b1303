import { AuditLog } from '../../features/audit/audit-log.tsx';
import { Require } from '../../shared/ui/require.tsx';

export function AuditRoute() {
  return (
    <Require permissions={['audit:access', 'audit:read']}>
      <AuditLog />
    </Require>
  );
}
