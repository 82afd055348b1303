import { expect } from 'vitest';

/** A browser without scripts: keeps the cookie, follows redirects inside the emulator, posts windows. */
export function createBrowser(origin: string) {
  let cookie = '';
  const visit = async (
    url: string,
    init: RequestInit = {},
  ): Promise<{ url: string; html: string }> => {
    const headers = { ...(cookie ? { cookie } : {}) };
    const response = await fetch(url, { ...init, headers, redirect: 'manual' });
    cookie = response.headers.get('set-cookie')?.split(';')[0] ?? cookie;
    const location = response.headers.get('location');
    if (location === null) {
      return { url, html: await response.text() };
    }
    const next = new URL(location, url).toString();
    return next.startsWith(origin) ? visit(next) : { url: next, html: '' };
  };
  return {
    open: visit,
    /** Presses a button of a window, with what was filled in. */
    async press(
      window: { url: string; html: string },
      name: string,
      filled: [string, string][] = [],
    ) {
      const button = new RegExp(`<button[^>]*value="(\\w+)"[^>]*>${name}`).exec(window.html)?.[1];
      expect(button, `button ${name}`).toBeDefined();
      const step = /name="step" value="(\w+)"/.exec(window.html)?.[1] ?? '';
      const body = new URLSearchParams([['step', step], ['action', button ?? ''], ...filled]);
      return visit(window.url, { method: 'POST', body });
    },
  };
}
