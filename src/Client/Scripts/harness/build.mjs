// Bundles the page that tests and measurements drive into a folder of theirs: node Scripts/harness/build.mjs FOLDER
import { build } from 'esbuild';

const [outdir] = process.argv.slice(2);
if (!outdir) {
  throw new Error('usage: node Scripts/harness/build.mjs FOLDER');
}
await build({
  entryPoints: ['Scripts/harness/harness.ts'], bundle: true, format: 'esm', target: 'es2022', minify: true, outdir,
  loader: { '.css': 'empty' }, logLevel: 'warning',
});
