// Every stage, light and dark, empty and full, as axe-core sees it; and the whole job by keyboard alone.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import * as app from './helpers.mjs';

const AXE = readFileSync(app.AXE, 'utf8');

let browser;
before(async () => {
  browser = await app.launch();
});
after(() => browser.close());

/** What axe-core finds, as readable lines. */
async function violations(page) {
  await page.evaluate(AXE);
  const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
  return found.violations.flatMap((rule) => rule.nodes.map((node) => `${rule.id}: ${node.target.join(' ')}: ${node.failureSummary.split('\n')[1]?.trim()}`));
}

for (const theme of ['light', 'dark']) {
  describe(theme, () => {
    test('no violation on any stage before a file is there', { timeout: 300_000 }, async () => {
      const { page, context } = await app.open(browser, { theme });
      for (const stage of app.STAGES) {
        await app.go(page, stage);
        assert.deepEqual(await violations(page), [], stage);
      }
      await context.close();
    });

    for (const [table, name, drop] of [['titanic.csv', 'survived', ['alive']], ['mpg.csv', 'mpg', []]]) {
      test(`no violation on any stage with ${table}`, { timeout: 600_000 }, async () => {
        const { page, context } = await app.open(browser, { theme });
        await app.load(page, app.data(table));
        await app.target(page, name);
        for (const column of drop) await app.dropColumn(page, column);
        await app.train(page, ['baseline', 'linear', 'tree', 'gbt']);
        const bundle = await app.exportBundle(page, 'gbt', `a11y-${theme}-${table}.zip`);
        await app.monitor(page, bundle, app.data(table));
        for (const stage of app.STAGES) {
          await app.go(page, stage);
          await app.idle(page);
          assert.deepEqual(await violations(page), [], stage);
          const titles = await page.locator('h1').count();
          assert.equal(titles, 1, `${stage} has ${titles} first headings`);
        }
        await context.close();
      });
    }

    test('no violation at 768 wide', { timeout: 300_000 }, async () => {
      const { page, context } = await app.open(browser, { theme, width: 768 });
      await app.load(page, app.data('penguins.csv'));
      await app.target(page, 'species');
      for (const stage of app.STAGES) {
        await app.go(page, stage);
        await app.idle(page);
        assert.deepEqual(await violations(page), [], stage);
        const [wider, higher] = await page.evaluate(() => {
          const { scrollWidth, clientWidth, scrollHeight, clientHeight } = document.documentElement;
          return [scrollWidth - clientWidth, scrollHeight - clientHeight];
        });
        assert.ok(wider <= 0, `${stage} is ${wider} px wider than the window`);
        // The frame is as high as the window, and the page scrolls within it.
        assert.ok(higher <= 0, `${stage} is ${higher} px higher than the window`);
      }
      await context.close();
    });
  });
}

/** Presses Tab until the hook has the focus. */
async function tabTo(page, testid) {
  for (let press = 0; press < 400; press += 1) {
    const there = await page.evaluate((id) => document.activeElement?.closest(`[data-testid="${id}"]`) !== null, testid);
    if (there) return;
    await page.keyboard.press('Tab');
  }
  assert.fail(`${testid} cannot be reached by Tab`);
}

test('the whole job by keyboard alone', { timeout: 300_000 }, async () => {
  const { page, context, problems } = await app.open(browser);
  const press = async (testid, key = 'Enter') => {
    await tabTo(page, testid);
    await page.keyboard.press(key);
  };
  await press('sample-penguins');
  await page.getByTestId('row-count').first().waitFor();
  await tabTo(page, 'target-select');
  await page.keyboard.type('species');
  await page.getByText(/Multiclass classification/).first().waitFor();
  await press('nav-train');
  await page.waitForURL('**/train');
  await page.getByTestId('train-run').waitFor();
  await tabTo(page, 'train-run');
  await page.keyboard.press('Enter');
  await page.locator('[data-testid="leaderboard"] [data-algorithm="gbt"] [data-metric]').first().waitFor({ timeout: 120_000 });
  await app.idle(page);
  await press('nav-export');
  await page.waitForURL('**/export');
  await tabTo(page, 'export-bundle');
  const [got] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')]);
  assert.match(got.suggestedFilename(), /\.zip$/);
  assert.deepEqual(problems, []);
  await context.close();
});

test('the focus goes to the heading of the stage, and can be seen', async () => {
  const { page, context } = await app.open(browser);
  await app.load(page, app.data('penguins.csv'));
  for (const stage of ['explore', 'train']) {
    await app.go(page, stage);
    await page.waitForFunction(() => document.activeElement?.tagName === 'H1');
    await page.keyboard.press('Tab');
    const ring = await page.evaluate(() => {
      const style = getComputedStyle(document.activeElement);
      return style.outlineStyle !== 'none' || style.boxShadow !== 'none';
    });
    assert.ok(ring, `the focus cannot be seen on ${stage}`);
  }
  await context.close();
});
