import type { TFunction } from 'i18next';
import { auditActions } from '../../texts/en/audit.ts';

type Known = keyof typeof auditActions;

const isKnown = (action: string): action is Known => Object.hasOwn(auditActions, action);

/** What was done, in the language of the person; an action of a newer server under its own name. */
export function actionWords(t: TFunction, action: string): string {
  return isKnown(action) ? t(`auditActions.${action}`, { keySeparator: '/' }) : action;
}
