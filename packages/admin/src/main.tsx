import '@mantine/core/styles.layer.css';
import '@mantine/notifications/styles.layer.css';
import './app/app.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/app.tsx';
import { styleNonce } from './app/style-nonce.ts';
import { startTexts } from './texts/texts.ts';

// Libraries that make style elements themselves (the scroll lock behind dialogs) ask for it there.
Object.assign(globalThis, { __webpack_nonce__: styleNonce() });

// An update of the server took away parts that this tab has not loaded yet: begin anew, once.
addEventListener('vite:preloadError', () => {
  const at = Number(sessionStorage.getItem('reloaded-at'));
  if (Date.now() - at > 10_000) {
    sessionStorage.setItem('reloaded-at', String(Date.now()));
    location.reload();
  }
});

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');
await startTexts();
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
