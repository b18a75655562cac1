// The app is kept on the machine: it works with the network off after a reload, and takes a new version whole or not at all.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { after, before, test } from 'node:test';
import * as app from './helpers.mjs';

let browser;
before(async () => {
  browser = await app.launch();
});
after(() => browser.close());

const MIME = { '.html': 'text/html', '.js': 'text/javascript', '.wasm': 'application/wasm', '.css': 'text/css', '.svg': 'image/svg+xml' };

/** Serves a folder that may change, as a plain static host does, until it is closed. */
async function host(folder) {
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url, 'http://localhost').pathname);
    const file = extname(path) ? path : '/index.html';
    try {
      const content = readFileSync(join(folder, file));
      response.writeHead(200, { 'Content-Type': MIME[extname(file)] ?? 'application/octet-stream' }).end(content);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
  return { url: `http://127.0.0.1:${server.address().port}`, close: () => new Promise((done) => server.close(done)) };
}

const keptHere = (page) => page.getByTestId('kept-offline').waitFor({ timeout: 60_000 });

test('with the network off, from a CSV to a bundle that proves itself', { timeout: 300_000 }, async () => {
  const { page, context, problems } = await app.open(browser);
  await keptHere(page);
  await context.setOffline(true);
  await page.reload();
  await page.getByTestId('nav-data').waitFor();
  await page.getByTestId('sample-titanic').click();
  await page.getByTestId('row-count').first().waitFor();
  assert.equal(await app.rows(page), 891);

  await app.load(page, app.data('penguins.csv'));
  await page.waitForFunction(() => document.querySelector('[data-testid="row-count"]')?.dataset.value === '344');
  await app.target(page, 'species');
  await app.train(page, ['tree']);
  const bundle = await app.exportBundle(page, 'tree', 'offline.zip');
  const verified = await app.tabwright('verify', bundle);
  assert.equal(verified.code, 0, verified.err);

  // A stage's own address, in a page that was never there before.
  const other = await context.newPage();
  await other.goto(`${app.URL_BASE}/glossary`);
  await other.getByRole('heading', { level: 1 }).waitFor();
  assert.deepEqual(problems, []);
  await context.close();
});

test('a new version is offered, taken when asked for, and never mixed with the old one', { timeout: 120_000 }, async () => {
  const folder = join(app.folder, 'dist');
  cpSync(process.env.TABWRIGHT_DIST, folder, { recursive: true });
  const served = await host(folder);
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(served.url);
  await keptHere(page);
  const title = () => page.locator('meta[name="description"]').getAttribute('content');

  // The next version: another page, and a service worker that knows its digest.
  const html = readFileSync(join(folder, 'index.html'), 'utf8').replace('From a CSV to a model', 'The next version');
  const digest = `sha256-${createHash('sha256').update(html).digest('base64')}`;
  const script = readFileSync(join(folder, 'offline.js'), 'utf8');
  const next = script.replace(/"index.html": "[^"]*"/, `"index.html": "${digest}"`).replace(/"version": "[^"]*"/, '"version": "next"');

  // Half of it is there: the host has the new worker and still the old page. Nothing is offered, and the old version stays whole.
  writeFileSync(join(folder, 'offline.js'), next);
  await page.evaluate(async () => (await navigator.serviceWorker.getRegistration()).update().catch(() => {}));
  await page.waitForTimeout(2_000);
  assert.equal(await page.getByTestId('take-update').count(), 0);

  writeFileSync(join(folder, 'index.html'), html);
  await page.evaluate(async () => (await navigator.serviceWorker.getRegistration()).update());
  await page.getByTestId('take-update').waitFor({ timeout: 60_000 });
  // A reload alone stays on the old version, and goes on offering.
  await page.reload();
  assert.match(await title(), /From a CSV/);
  await page.getByTestId('take-update').waitFor({ timeout: 60_000 });

  await page.getByTestId('take-update').click();
  await page.waitForFunction(() => document.querySelector('meta[name="description"]')?.content.startsWith('The next version'), null, { timeout: 60_000 });
  await keptHere(page);
  const caches = await page.evaluate(() => window.caches.keys());
  assert.equal(caches.length, 1, `${caches}`);
  assert.match(caches[0], /next$/);
  await context.close();
  await served.close();
});
