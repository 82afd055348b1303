import { notifications } from '@mantine/notifications';
import i18next from 'i18next';

/** Takes older notices away, where a new one answers the same question. */
export function clearNotices(): void {
  notifications.clean();
}

let toldLast: string | undefined;

/** A notice in the corner that goes by itself: what was done last. Two would reach into dialogs. */
export function tellDone(message: string): void {
  if (toldLast !== undefined) notifications.hide(toldLast);
  toldLast = notifications.show({
    message,
    closeButtonProps: { 'aria-label': i18next.t('common.close') },
  });
}

/** A notice of what did not work; it stays longer. */
export function tellFailed(message: string): void {
  notifications.show({
    message,
    color: 'red',
    autoClose: 15_000,
    closeButtonProps: { 'aria-label': i18next.t('common.close') },
  });
}
