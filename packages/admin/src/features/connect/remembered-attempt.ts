import { isRecord, textOf } from '../../shared/api/api-error.ts';

// Kept for this browser tab: a reload, or the log-in within the tab, finds its attempt again.
const key = (gatewayId: string) => `chatgate.connect.${gatewayId}`;

interface Remembered {
  readonly attemptId: string;
  readonly where: 'window' | 'tab';
}

export function rememberAttempt(gatewayId: string, remembered: Remembered): void {
  sessionStorage.setItem(key(gatewayId), JSON.stringify(remembered));
}

export function recallAttempt(gatewayId: string): Remembered | undefined {
  const stored = sessionStorage.getItem(key(gatewayId));
  if (stored === null) return undefined;
  const value: unknown = JSON.parse(stored);
  if (!isRecord(value)) return undefined;
  const attemptId = textOf(value['attemptId']);
  if (attemptId === undefined) return undefined;
  return { attemptId, where: value['where'] === 'tab' ? 'tab' : 'window' };
}

export function forgetAttempt(gatewayId: string): void {
  sessionStorage.removeItem(key(gatewayId));
}
