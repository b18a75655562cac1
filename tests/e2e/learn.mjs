// Searches that are interrupted, row weights, and what a fit tells of itself.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import * as app from './helpers.mjs';

let browser;
before(async () => {
  browser = await app.launch();
});
after(() => browser.close());

const SEARCH = { algorithm: 'gbt', trials: 16 };

async function openPenguins() {
  const opened = await app.open(browser);
  await app.load(opened.page, app.data('penguins.csv'));
  await app.target(opened.page, 'species');
  return opened;
}

test('a search that was stopped goes on after a reload, to the end that it would have had', { timeout: 600_000 }, async () => {
  const stopped = await openPenguins();
  await app.tuneRun(stopped.page, SEARCH);
  // One row for each complete trial, and the head.
  await stopped.page.getByTestId('trials').getByRole('row').nth(2).waitFor({ timeout: 240_000 });
  await stopped.page.getByTestId('job-cancel').first().click();
  await app.idle(stopped.page, 60_000);
  await stopped.page.getByTestId('tune-resume').waitFor();
  await stopped.page.waitForTimeout(1500);
  await stopped.page.reload();
  await app.go(stopped.page, 'tune');
  await stopped.page.getByTestId('tune-resume').click();
  await stopped.page.getByTestId('trials').getByRole('row').nth(SEARCH.trials).waitFor({ timeout: 240_000 });
  await app.idle(stopped.page);
  assert.equal(await stopped.page.getByTestId('tune-resume').count(), 0, 'a search that is over is still offered');
  const bundle = await app.exportBundle(stopped.page, 'tuned-gbt', 'stopped.zip');
  assert.deepEqual(stopped.problems, []);
  await stopped.context.close();

  const whole = await openPenguins();
  await app.tuneRun(whole.page, SEARCH);
  await whole.page.getByTestId('trials').getByRole('row').nth(SEARCH.trials).waitFor({ timeout: 240_000 });
  await app.idle(whole.page);
  const other = await app.exportBundle(whole.page, 'tuned-gbt', 'whole.zip');
  assert.ok(readFileSync(bundle).equals(readFileSync(other)), 'the interrupted search found another model');
  await whole.context.close();
});

/** Opens an algorithm's rarer parameters. */
const card = (page, name) => page.locator('.algorithm', { has: page.getByTestId(`algorithm-${name}`) });

test('rows are weighted, and loss, bag and pruning are shown', { timeout: 300_000 }, async () => {
  const { page, context, problems } = await app.open(browser);
  await app.load(page, app.data('titanic.csv'));
  await app.target(page, 'survived');
  await app.dropColumn(page, 'alive');
  await app.go(page, 'train');
  await page.getByTestId('weight').selectOption('fare');
  for (const name of ['forest', 'gbt']) {
    await page.getByTestId(`algorithm-${name}`).setChecked(true);
    await card(page, name).getByText('Advanced').click();
  }
  await card(page, 'gbt').getByLabel('Early stopping').first().fill('5');
  await card(page, 'gbt').getByLabel('Early stopping').first().press('Tab');
  await card(page, 'forest').getByLabel('Out-of-bag').selectOption('yes');
  await app.train(page, ['tree', 'forest', 'gbt']);

  await app.evaluate(page, 'gbt');
  await page.getByTestId('loss-curve').getByText(/the loss (was least after|still fell)/).waitFor();
  await page.getByTestId('chart-loss').waitFor();
  await app.evaluate(page, 'forest');
  const outOfBag = Number(await page.getByTestId('out-of-bag-auc').getAttribute('data-value'));
  assert.ok(outOfBag > 0.75 && outOfBag < 1, `AUC ${outOfBag}`);
  await app.evaluate(page, 'tree');
  await page.getByTestId('chart-pruning').waitFor();
  assert.ok((await page.getByTestId('pruning').getByRole('row').count()) > 2);

  const bundle = await app.exportBundle(page, 'gbt', 'weighted.zip');
  const options = ['--drop', 'alive', '--weight', 'fare', '--set', 'early_stopping_rounds=5', '--seed', '0'];
  const trained = await app.tabwright(
    ...['train', app.data('titanic.csv'), '--target', 'survived', '--algorithm', 'gbt', ...options, '--out', 'weighted-natively.zip'],
  );
  assert.equal(trained.code, 0, trained.err);
  assert.ok(readFileSync(bundle).equals(readFileSync(`${app.folder}/weighted-natively.zip`)), 'the command made another bundle');
  assert.deepEqual(problems, []);
  await context.close();
});
