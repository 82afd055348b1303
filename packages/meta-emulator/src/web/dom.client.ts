/** The element a page was made with. */
export function requireElement(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (!element) {
    throw new Error(`The page lacks #${id}.`);
  }
  return element;
}
