// As a person works: keys one by one, the focus followed from one to the next, nothing set in one go.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import * as app from './helpers.mjs';

let browser;
before(async () => {
  browser = await app.launch();
});
after(() => browser.close());

/** Marks the element that has the focus; afterwards [`stays`] tells whether it still has it. */
const mark = (page) =>
  page.evaluate(() => {
    globalThis.marked = document.activeElement;
    return document.activeElement?.tagName;
  });

/** Whether the element that was marked is on the page and has the focus. */
const stays = (page) =>
  page.evaluate(() => document.activeElement === globalThis.marked && document.body.contains(globalThis.marked));

/** What has the focus, as a person would name it. */
const focused = (page) =>
  page.evaluate(() => {
    const it = document.activeElement;
    return it.dataset.testid ?? it.getAttribute('aria-label') ?? it.labels?.[0]?.textContent ?? it.tagName;
  });

/** Types a text key by key where the focus is; after each, and a moment for what follows from it, the focus must be there still. */
async function type(page, text) {
  await mark(page);
  for (const [place, key] of [...text].entries()) {
    await page.keyboard.type(key);
    // Now and then long enough for a preview to come back.
    await page.waitForTimeout(place % 4 === 3 ? 400 : 20);
    assert.ok(await stays(page), `after "${text.slice(0, place + 1)}" the focus is at ${await focused(page)}`);
  }
}

async function opened(file, target) {
  const { page, problems, context } = await app.open(browser);
  await app.load(page, app.data(file));
  if (target) await app.target(page, target);
  return { page, problems, context };
}

test('a formula is typed letter by letter, into a field that the first click reaches', async () => {
  const { page, problems } = await opened('titanic.csv', 'survived');
  await app.go(page, 'wrangle');
  await page.getByTestId('step-add-filter').click();
  const formula = page.locator('.step-form .input--code');
  await page.waitForFunction(() => document.activeElement?.matches('.step-form input'));
  assert.ok(await formula.evaluate((it) => it === document.activeElement), 'the form takes the focus as it opens');
  await type(page, "age > 30 and sex = 'female'");
  assert.equal(await formula.inputValue(), "age > 30 and sex = 'female'");
  await page.keyboard.press('Enter');
  await page.locator('.recipe__steps > li').waitFor();
  await page.waitForFunction(() => document.activeElement?.dataset.testid === 'step-add-filter');
  await app.idle(page);
  assert.match(await page.getByTestId('recipe').textContent(), /age > 30 and sex = 'female'/);

  await page.getByTestId('step-add-derive').click();
  const fields = page.locator('.step-form input');
  await fields.nth(0).click();
  await type(page, 'share');
  await page.keyboard.press('Tab');
  await type(page, 'fare / (sibsp + parch + 1)');
  await page.keyboard.press('Enter');
  await page.locator('.recipe__steps > li').nth(1).waitFor();
  await page.getByTestId('preview').getByText('share').first().waitFor();
  assert.deepEqual(problems, []);
});

test('Escape closes the form of a step, and the focus is where it came from', async () => {
  const { page } = await opened('titanic.csv');
  await app.go(page, 'wrangle');
  const add = page.getByTestId('step-add-derive');
  await add.focus();
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.activeElement?.matches('.step-form input'));
  await page.keyboard.press('Escape');
  await page.locator('.step-form').waitFor({ state: 'detached' });
  await page.waitForFunction(() => document.activeElement?.dataset.testid === 'step-add-derive');
});

test('columns are ticked one after the other by the keyboard', async () => {
  const { page } = await opened('titanic.csv');
  await app.go(page, 'wrangle');
  await page.getByTestId('step-add-drop').click();
  const boxes = page.locator('.column-choice input[type=checkbox]');
  await boxes.first().focus();
  for (let box = 0; box < 4; box += 1) {
    await mark(page);
    await page.keyboard.press('Space');
    // Long enough for the preview, which names the columns anew.
    await page.waitForTimeout(600);
    assert.ok(await stays(page), `after box ${box} the focus is at ${await focused(page)}`);
    await page.keyboard.press('Tab');
  }
  assert.match(await page.locator('.column-choice legend').textContent(), /4 chosen/);
  await page.locator('.column-choice input[type=search]').click();
  await type(page, 'emb');
  assert.equal(await boxes.count(), 2);
});

test('steps are switched, moved and deleted by the keyboard, and the focus goes with them', async () => {
  const { page } = await opened('titanic.csv');
  for (const name of ['deck', 'alive', 'who']) await app.dropColumn(page, name);
  const step = (n) => page.locator('.recipe__steps > li').nth(n);
  await step(1).locator('input[type=checkbox]').focus();
  await mark(page);
  await page.keyboard.press('Space');
  await page.waitForTimeout(500);
  assert.ok(await stays(page), 'the box that was ticked keeps the focus');

  await step(2).getByRole('button', { name: /up$/ }).focus();
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.activeElement?.matches('.recipe__steps > :nth-child(2) [aria-label$=", up"]'));
  assert.match(await step(1).textContent(), /who/);
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.activeElement?.matches('.recipe__steps > :nth-child(1) [aria-label$=", down"]'));
  assert.match(await step(0).textContent(), /who/);

  await step(2).getByRole('button', { name: /^Delete/ }).focus();
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.activeElement?.matches('.recipe__steps > :nth-child(2) [aria-label^="Delete"]'));
});

test('on Data the focus stays where a person is: the cells that mean missing, the proposed target', async () => {
  const { page } = await opened('titanic.csv');
  const missing = page.getByTestId('read-missing');
  await missing.click();
  await page.keyboard.press('Control+A');
  await type(page, '?, none');
  await mark(page);
  await page.keyboard.press('Enter');
  await app.idle(page);
  await page.waitForTimeout(500);
  assert.ok(await stays(page), `after Enter the focus is at ${await focused(page)}`);

  await page.getByTestId('target-accept').focus();
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.activeElement?.dataset.testid === 'target-select');
});

test('another file takes the place of a project, which is kept and comes back with its models', async () => {
  const { page, problems } = await opened('penguins.csv', 'species');
  await app.train(page, ['baseline', 'tree']);
  const before = await app.leaderboard(page);
  await app.go(page, 'data');
  await app.load(page, app.data('titanic.csv'));
  await page.waitForFunction(() => document.querySelector('[data-testid=row-count]')?.dataset.value === '891');
  assert.match(await page.getByTestId('replaced').textContent(), /penguins and its 2 models, which is kept/);
  // Undo is the way back, too.
  await page.getByTestId('undo').click();
  await page.waitForFunction(() => document.querySelector('[data-testid=row-count]')?.dataset.value === '344');
  await app.idle(page);
  await app.go(page, 'train');
  await page.locator('[data-testid=leaderboard] [data-algorithm=tree] [data-metric]').first().waitFor();
  assert.deepEqual(await app.leaderboard(page), before);

  await page.getByTestId('project-recent').click();
  const recent = page.getByRole('dialog').getByTestId('recent-projects').locator('li');
  assert.equal(await recent.count(), 1);
  assert.match(await recent.first().textContent(), /titanic.*titanic\.csv · 0 models/);
  await recent.first().getByRole('button', { name: /^Delete/ }).click();
  await page.getByText('No other project is kept').waitFor();
  await page.keyboard.press('Escape');

  await page.getByTestId('project-close').click();
  await page.getByTestId('project-close-confirm').click();
  await app.go(page, 'data');
  await page.getByTestId('recent-projects').getByRole('button', { name: /penguins/ }).first().click();
  await page.waitForFunction(() => document.querySelector('[data-testid=row-count]')?.dataset.value === '344');
  assert.deepEqual(problems, []);
});

test('two tabs have a project each, over a reload and in the list', async () => {
  const { page, context, problems } = await opened('penguins.csv');
  await page.waitForTimeout(700);
  const other = await context.newPage();
  await other.goto(app.URL_BASE);
  // The project of the first tab is open there: the second one begins with nothing, and says why on asking.
  await other.getByTestId('recent-projects').getByRole('button', { name: /penguins/ }).first().click();
  await other.getByTestId('error-banner').waitFor();
  assert.match(await other.getByTestId('error-banner').textContent(), /is open in another tab/);
  await app.load(other, app.data('titanic.csv'));
  await other.waitForTimeout(700);
  for (const [tab, rows] of [[page, 344], [other, 891], [page, 344]]) {
    await tab.reload();
    await tab.getByTestId('row-count').first().waitFor();
    assert.equal(await app.rows(tab), rows);
  }
  assert.deepEqual(problems, []);
});

test('a dropped file is compared, opened or scored, by where it is dropped', async () => {
  const { page } = await opened('penguins.csv', 'species');
  await app.drop(page, app.data('penguins.csv'), 0.1);
  await page.waitForURL(/explore$/);
  await page.getByText(/compared|penguins\.csv/i).first().waitFor();
  assert.equal(await app.rows(page), 344);
  await app.drop(page, app.data('penguins.csv'), 0.9);
  await page.waitForURL(/monitor$/);
  await page.getByText('penguins.csv is scored as soon as there is a bundle.').waitFor();
  await app.drop(page, app.data('titanic.csv'));
  await page.waitForFunction(() => document.querySelector('[data-testid=row-count]')?.dataset.value === '891');
  await page.getByTestId('replaced').waitFor();
});

test('a model below the limit of its gate does not stay in use', async () => {
  const { page } = await opened('titanic.csv', 'survived');
  for (const name of ['alive', 'who', 'adult_male']) await app.dropColumn(page, name);
  await app.train(page, ['linear']);
  const bundle = await app.exportBundle(page, 'linear', 'gate.zip');
  // The same rows with the truth of every third one turned round: no input moves.
  const lines = readFileSync(app.data('titanic.csv'), 'utf8').trim().split('\n');
  const turned = lines.map((line, row) => (row > 0 && row % 3 === 0 ? `${line[0] === '1' ? '0' : '1'}${line.slice(1)}` : line));
  const verdict = page.getByTestId('drift-verdict');
  await app.monitor(page, bundle, app.file('turned.csv', `${turned.join('\n')}\n`));
  assert.equal(await verdict.getAttribute('data-advice'), 'replace');
  assert.match(await verdict.textContent(), /worse on these rows than its gate allows: .*AUC is 0\.\d{3}, at least 0\.\d{3} is asked/);
  assert.ok(await page.getByTestId('retrain').isVisible());
  await app.monitor(page, bundle, app.data('titanic.csv'));
  assert.equal(await verdict.getAttribute('data-advice'), 'keep');
});
