import { expect, test } from 'vitest';
import { createLog, scrub } from './log.ts';

test.each(['EAAB1234567890abc', 'whsec_plJ3nmyCDGBKInavdOK15jsl', 'cg_abcdefghijklmnopqrstuvwxyz'])(
  '%s does not reach the log, wherever it stands',
  (canary) => {
    const lines: string[] = [];
    const log = createLog({ level: 'info', destination: { write: (line) => lines.push(line) } });
    log.error(
      { err: new Error(`refused: ${canary}`), deep: { text: `x ${canary} y` } },
      'call.failed',
    );
    expect(lines.join('')).toContain('call.failed');
    expect(lines.join('')).not.toContain(canary);
  },
);

test('parameters of addresses and bearer tokens are cut out, the rest stays readable', () => {
  expect(scrub('GET /me?access_token=abc&fields=name Bearer xyz')).toBe(
    'GET /me?access_token=[secret]&fields=name Bearer [secret]',
  );
  expect(scrub('the code=42 was used')).toBe('the code=[secret] was used');
});
