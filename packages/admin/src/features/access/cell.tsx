import type { ReactNode } from 'react';
import classes from './access.module.css';

/** A cell that says its column by itself where the table has become cards. */
export function Cell({ label, children }: { label: string; children: ReactNode }) {
  return (
    <td>
      <span className={classes.cellLabel} aria-hidden="true">
        {label}
      </span>
      {children}
    </td>
  );
}
