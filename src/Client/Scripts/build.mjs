// Bundles the browser's scripts into wwwroot/js. Entry points are what a page or an interop class loads by name.
import { build } from 'esbuild';

const outdir = new URL('../../../wwwroot/js', import.meta.url).pathname;
const shared = { bundle: true, minify: true, sourcemap: true, target: 'es2022', outdir, logLevel: 'warning' };

await build({
  ...shared,
  format: 'esm',
  // The style sheet of d3-flame-graph is not ours: app.css styles what it draws.
  loader: { '.css': 'empty' },
  entryPoints: Object.fromEntries([
    ...['count-table', 'command-history', 'fault', 'invitation', 'page'].map(name => [name, `Scripts/${name}.ts`]),
    ['stack-view', 'Scripts/stacks/stack-view.ts'],
    ['row-table', 'Scripts/rows/row-table.ts'],
    ['distribution-view', 'Scripts/distributions/dist-view.ts'],
  ]),
});

// Put into exported pages, which have no other script.
await build({
  ...shared, format: 'iife', sourcemap: false, loader: { '.css': 'empty' },
  entryPoints: { 'flame-page': 'Scripts/stacks/flame-page.ts' },
});

// A classic script, so that the theme is set before the first paint.
await build({ ...shared, format: 'iife', entryPoints: ['Scripts/theme.ts'] });
