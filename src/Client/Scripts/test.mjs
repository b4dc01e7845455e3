// Bundles the tests for Node and runs them with its own test runner.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';

const outdir = mkdtempSync(join(tmpdir(), 'client-scripts-'));
try {
  await build({
    entryPoints: readdirSync('Scripts/tests').filter(file => file.endsWith('.ts')).map(file => `Scripts/tests/${file}`),
    bundle: true, platform: 'node', format: 'esm', outdir, outExtension: { '.js': '.mjs' }, sourcemap: 'inline',
    logLevel: 'warning',
  });
  const files = readdirSync(outdir).map(file => join(outdir, file));
  const { status } = spawnSync(process.execPath, ['--enable-source-maps', '--test', ...files], { stdio: 'inherit' });
  process.exitCode = status ?? 1;
} finally {
  rmSync(outdir, { recursive: true });
}
