import { writeGalleryPage } from './gallery.ts';

/** Vitest global set-up: when every file has left its pictures, the page that shows them all. */
export const setup = () => writeGalleryPage;
