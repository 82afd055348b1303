import guide from '../../../../../docs/guide/meta-app.md?raw';
import { Markdown } from '../../shared/ui/markdown.tsx';

/** The guide to Meta's console, as it was when this version was built. */
export function GuideRoute() {
  return <Markdown text={guide} />;
}
