import { useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';

/**
 * After a change of route the heading of the new screen takes the focus, so that a screen reader
 * says where it is. A tab that was pressed keeps it, and so does an open dialog.
 */
export function useFocusAfterRoute(): void {
  const router = useRouter();
  useEffect(
    () =>
      router.subscribe('onRendered', ({ fromLocation, pathChanged }) => {
        if (fromLocation === undefined || !pathChanged) return;
        const focused = document.activeElement;
        const keeps = focused?.matches('[role="tab"], [role="dialog"] *, [data-keeps-focus]');
        if (keeps === true && focused?.checkVisibility() === true) return;
        const headings = document.querySelectorAll<HTMLElement>('[data-route-focus]');
        const shown = [...headings].find((heading) => heading.checkVisibility());
        shown?.focus({ preventScroll: true });
      }),
    [router],
  );
}
