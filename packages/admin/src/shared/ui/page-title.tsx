import { Title } from '@mantine/core';
import { type ReactNode, useEffect } from 'react';
import { useTranslation } from 'react-i18next';

/** Names the browser's tab: the place, then the product. */
export function useDocumentTitle(title: string): void {
  const { t } = useTranslation();
  const product = t('common.product');
  useEffect(() => {
    document.title = `${title} · ${product}`;
  }, [title, product]);
}

/** The heading of a screen. It takes the focus after a change of route, so that readers hear it. */
export function PageTitle({ title, children }: { title: string; children?: ReactNode }) {
  useDocumentTitle(title);
  return (
    <Title order={1} tabIndex={-1} data-route-focus>
      {children ?? title}
    </Title>
  );
}
