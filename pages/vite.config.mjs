// Builds the platform's pages to dist/pages, as the window is built: static files that `sightline serve` sends.
import window from '../renderer/vite.config.mjs';

const config = { ...window, root: import.meta.dirname, base: '/', build: { ...window.build, outDir: '../dist/pages' } };
export default config;
