// Bundles the browser's scripts into wwwroot/js. Entry points are what a page or an interop class loads by name.
import { build } from 'esbuild';

const outdir = new URL('../../../wwwroot/js', import.meta.url).pathname;
const shared = { bundle: true, minify: true, sourcemap: true, target: 'es2022', outdir, logLevel: 'warning' };

await build({
  ...shared,
  format: 'esm',
  entryPoints: ['count-table', 'command-history', 'fault', 'invitation', 'page'].map(name => `Scripts/${name}.ts`),
});

// A classic script, so that the theme is set before the first paint.
await build({ ...shared, format: 'iife', entryPoints: ['Scripts/theme.ts'] });
