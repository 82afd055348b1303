import { requireElement } from './dom.client.ts';

// Buttons that put the text of another element into the clipboard.
for (const button of document.querySelectorAll<HTMLButtonElement>('button[data-copy]')) {
  const label = button.textContent ?? '';
  button.addEventListener('click', async () => {
    const source = requireElement(button.dataset['copy'] ?? '');
    await navigator.clipboard.writeText(source.textContent.trim());
    button.textContent = 'Copied';
    setTimeout(() => {
      button.textContent = label;
    }, 1500);
  });
}
