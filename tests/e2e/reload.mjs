// A project survives a reload, and goes to a file and back; the command replays it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import * as app from './helpers.mjs';

let browser;
before(async () => {
  browser = await app.launch();
});
after(() => browser.close());

test('results, recipe and settings are there after a reload', { timeout: 300_000 }, async () => {
  const { page, context, problems } = await app.open(browser);
  await app.load(page, app.data('penguins.csv'));
  await app.target(page, 'species');
  await app.dropColumn(page, 'island');
  await app.train(page, ['linear', 'gbt']);
  const before = await app.leaderboard(page);
  const bundle = await app.exportBundle(page, 'gbt', 'before.zip');

  await page.waitForTimeout(1500);
  await page.reload();
  await app.go(page, 'train');
  await page.locator('[data-testid="leaderboard"] [data-algorithm="gbt"] [data-metric]').first().waitFor();
  await page.locator('[data-testid="leaderboard"] [data-algorithm="linear"] [data-metric]').first().waitFor();
  assert.deepEqual(await app.leaderboard(page), before);
  assert.equal(await app.rows(page), 344);
  const again = await app.exportBundle(page, 'gbt', 'after.zip');
  assert.ok(readFileSync(bundle).equals(readFileSync(again)), 'the bundle after the reload differs');
  assert.deepEqual(problems, []);
  await context.close();
});

test('a saved project opens elsewhere with its results, and the command replays it', { timeout: 300_000 }, async () => {
  const first = await app.open(browser);
  await app.load(first.page, app.data('penguins.csv'));
  await app.target(first.page, 'species');
  await app.dropColumn(first.page, 'sex');
  await app.train(first.page, ['tree', 'gbt']);
  const board = await app.leaderboard(first.page);
  const bundle = await app.exportBundle(first.page, 'gbt', 'clicked.zip');
  const project = await app.saveProject(first.page, 'clicked.tabwright');
  const replay = await app.replayProject(first.page, 'gbt', 'replay.tabwright');
  assert.deepEqual(first.problems, []);
  await first.context.close();

  const replayed = await app.tabwright('run', replay, app.data('penguins.csv'), '--out', 'replayed.zip');
  assert.equal(replayed.code, 0, replayed.err);
  assert.ok(readFileSync(bundle).equals(readFileSync(`${app.folder}/replayed.zip`)), 'the command made another bundle');

  const second = await app.open(browser);
  await second.page.getByTestId('file-input').first().setInputFiles(project);
  await second.page.getByText('A project holds no data').waitFor();
  await app.load(second.page, app.data('penguins.csv'));
  await app.go(second.page, 'train');
  await second.page.locator('[data-testid="leaderboard"] [data-algorithm="gbt"] [data-metric]').first().waitFor();
  assert.deepEqual(await app.leaderboard(second.page), board);
  assert.deepEqual(second.problems, []);
  await second.context.close();
});

test('a project that an earlier build saved opens with its results', { timeout: 120_000 }, async () => {
  // Saved by version 0.1 of 26 November 2026, before projects knew checksums; the numbers are what it showed.
  const shown = {
    baseline: { accuracy: 0.4418584825234442, log_loss: 1.049291234593509 },
    linear: { accuracy: 0.9883631713554987, log_loss: 0.05042441795363476 },
    tree: { accuracy: 0.9389599317988064, log_loss: 0.22374564647032463 },
  };
  const { page, context, problems } = await app.open(browser);
  const kept = fileURLToPath(new URL('kept/project-0.1-penguins.tabwright', import.meta.url));
  await page.getByTestId('file-input').first().setInputFiles(kept);
  await page.getByText('A project holds no data').waitFor();
  await app.load(page, app.data('penguins.csv'));
  await app.go(page, 'train');
  await page.locator('[data-testid="leaderboard"] [data-algorithm="tree"] [data-metric]').first().waitFor();
  const board = await app.leaderboard(page);
  for (const [algorithm, metrics] of Object.entries(shown)) {
    for (const [metric, value] of Object.entries(metrics)) assert.equal(board[algorithm][metric], value, `${algorithm} ${metric}`);
  }
  const bundle = await app.exportBundle(page, 'tree', 'kept.zip');
  const verified = await app.tabwright('verify', bundle);
  assert.equal(verified.code, 0, verified.err);
  assert.deepEqual(problems, []);
  await context.close();
});

test('a file is dropped on the empty page, and another on any stage', { timeout: 120_000 }, async () => {
  const { page, context, problems } = await app.open(browser);
  await app.drop(page, app.data('penguins.csv'));
  await page.getByTestId('row-count').first().waitFor();
  assert.equal(await app.rows(page), 344);
  await app.go(page, 'explore');
  await app.idle(page);
  await app.drop(page, app.data('titanic.csv'));
  await page.locator('[data-testid="row-count"][data-value="891"]').first().waitFor();
  assert.deepEqual(problems, []);
  await context.close();
});

test('the command replays a search to the byte', { timeout: 300_000 }, async () => {
  const { page, context, problems } = await app.open(browser);
  await app.load(page, app.data('penguins.csv'));
  await app.target(page, 'species');
  await app.tuneRun(page, { algorithm: 'gbt', trials: 4 });
  await page.getByTestId('trials').getByRole('row').nth(4).waitFor({ timeout: 240_000 });
  await app.idle(page);
  const bundle = await app.exportBundle(page, 'tuned-gbt', 'tuned.zip');
  const project = await app.replayProject(page, 'tuned-gbt', 'tuned.tabwright');
  const replayed = await app.tabwright('run', project, app.data('penguins.csv'), '--out', 'tuned-again.zip');
  assert.equal(replayed.code, 0, replayed.err);
  assert.ok(readFileSync(bundle).equals(readFileSync(`${app.folder}/tuned-again.zip`)), 'the command made another bundle');
  assert.deepEqual(problems, []);
  await context.close();
});

test('a changed recipe marks results stale, and undo brings them back', { timeout: 300_000 }, async () => {
  const { page, context } = await app.open(browser);
  await app.load(page, app.data('penguins.csv'));
  await app.target(page, 'species');
  await app.train(page, ['tree']);
  const state = () => page.getByTestId('nav-train').getAttribute('data-state');
  assert.equal(await state(), 'done');
  await app.dropColumn(page, 'sex');
  await page.waitForFunction(() => document.querySelector('[data-testid="nav-train"]').dataset.state === 'stale');
  await page.keyboard.press('Control+z');
  await page.waitForFunction(() => document.querySelector('[data-testid="nav-train"]').dataset.state === 'done');
  await context.close();
});

test('a deep link and a sub-path work, and Back goes back', async () => {
  const { page, context, problems } = await app.open(browser, { base: app.SUB_URL, path: '/explore' });
  await app.go(page, 'data');
  await page.getByTestId('sample-penguins').click();
  await page.getByTestId('row-count').first().waitFor();
  await app.go(page, 'train');
  await page.goBack();
  await page.waitForURL((url) => url.pathname === '/sub/path/');
  assert.deepEqual(problems, []);
  await context.close();
});
