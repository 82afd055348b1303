import type { Permission } from '@chatgate/contract';
import type { ReactNode } from 'react';
import { useMay } from '../api/me.ts';
import { DeniedScreen } from './screens.tsx';

/** Shows its children to those who hold every one of the permissions, else what is missing. */
export function Require(props: {
  readonly permissions: readonly Permission[];
  readonly children: ReactNode;
}) {
  const may = useMay();
  const missing = props.permissions.filter((permission) => !may(permission));
  return missing.length === 0 ? props.children : <DeniedScreen missing={missing} />;
}
