import { basename } from 'node:path';
import { BaseSequencer } from 'vitest/node';

/** Those that take longest; whatever is started last should not be one of them. */
const LONG = ['every-screen', 'pages-states', 'screens', 'right-to-left', 'window-states'];

export class LongestFirst extends BaseSequencer {
  async sort(files) {
    const rank = ({ moduleId }) => {
      const place = LONG.indexOf(basename(moduleId, '.test.ts'));
      return place < 0 ? LONG.length : place;
    };
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b));
  }
}
