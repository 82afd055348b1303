import type { ReactNode } from 'react';
import classes from './data-table.module.css';

/** A table of the admin: rows under titles, and on a narrow screen a card for each row. */
export function DataTable(props: {
  /** Titles, or whole header cells with keys where one selects or sorts. */
  readonly columns: readonly ReactNode[];
  /** The title of the last column, of buttons. */
  readonly actions?: string;
  /** Where cells have several lines, all of them begin at the top. */
  readonly align?: 'middle' | 'top';
  readonly className?: string | undefined;
  readonly children: ReactNode;
}) {
  const { columns, actions, align = 'middle' } = props;
  return (
    <div className={`${classes.frame} ${props.className ?? ''}`}>
      <table className={classes.table} data-align={align}>
        <thead>
          <tr>
            {columns.map((column) =>
              typeof column === 'string' ? (
                <th key={column} scope="col">
                  {column}
                </th>
              ) : (
                column
              ),
            )}
            {actions === undefined ? null : (
              <th scope="col" className={classes.actions}>
                {actions}
              </th>
            )}
          </tr>
        </thead>
        <tbody>{props.children}</tbody>
      </table>
    </div>
  );
}

/** A box that selects all rows; goes among the columns with a key. */
export function SelectHeader({ children }: { children: ReactNode }) {
  return (
    <th scope="col" className={classes.select}>
      {children}
    </th>
  );
}

export function SelectCell({ children }: { children: ReactNode }) {
  return <td className={classes.select}>{children}</td>;
}

/** What the row is about: the heading of its card. */
export function NameCell({ children }: { children: ReactNode }) {
  return <td className={classes.name}>{children}</td>;
}

/** A cell that says its column by itself where the row has become a card. */
export function Cell({ label, children }: { label: string; children: ReactNode }) {
  return (
    <td>
      <span className={classes.label} aria-hidden="true">
        {label}
      </span>
      {children}
    </td>
  );
}

/** The buttons of a row. */
export function ActionsCell({ children }: { children: ReactNode }) {
  return <td className={classes.actions}>{children}</td>;
}
