import {
  AUDIT_ACTIONS,
  AUDIT_SUBJECTS,
  type AuditAction,
  type AuditSubject,
} from '@chatgate/contract';
import type { TFunction } from 'i18next';

type Underscored<Name extends string> = Name extends `${infer Noun}.${infer Verb}`
  ? `${Noun}_${Verb}`
  : never;

const isAction = (name: string): name is AuditAction =>
  AUDIT_ACTIONS.some((known) => known === name);
const isSubject = (name: string): name is AuditSubject =>
  AUDIT_SUBJECTS.some((known) => known === name);

/** What was done, in the language of the person; an action of another release under its own name. */
export function actionWords(t: TFunction, action: string): string {
  return isAction(action)
    ? t(`auditActions.${action.replace('.', '_') as Underscored<AuditAction>}`)
    : action;
}

export function subjectWords(t: TFunction, kind: string): string {
  return isSubject(kind) ? t(`auditSubjects.${kind}`) : kind;
}
