import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useMay } from '../../shared/api/me.ts';
import { useFormat } from '../../shared/format.ts';
import { Disclosure } from '../../shared/ui/meta-details.tsx';
import { heldPagesQuery } from './api/held-pages.ts';
import classes from './connect.module.css';

/**
 * Which Pages this gateway holds already, and by whose log-in: what has to be ticked again. Nothing
 * while it is unknown, because it must never stand between the click and the window.
 */
export function HeldPages({ gatewayId }: { gatewayId: string }) {
  const { t } = useTranslation();
  const { list } = useFormat();
  const mayRead = useMay()('gateways:read');
  const { data } = useQuery({ ...heldPagesQuery(gatewayId), enabled: mayRead });
  if (data === undefined || data.total === 0) return null;
  return (
    <Disclosure label={t('held.title', { count: data.total })}>
      <p className={classes.line}>{t('held.hint')}</p>
      <ul className={classes.list}>
        {data.accounts.map(({ id, name, count, pages }) => {
          const names = pages.map((page) => page.name);
          const more = count - pages.length;
          const shown = more > 0 ? [...names, t('held.more', { number: more })] : names;
          return (
            <li key={id}>
              <strong>{t('held.account', { name, count })}</strong>
              <span className={classes.note}> {list(shown)}</span>
            </li>
          );
        })}
      </ul>
    </Disclosure>
  );
}
