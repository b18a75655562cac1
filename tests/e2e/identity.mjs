// Nothing that was made of one table is shown, exported or called proven as another's: two files of one name and length, by each way that a
// second one comes in, against what the second one gives alone.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import * as app from './helpers.mjs';

const ALGORITHMS = ['baseline', 'linear', 'tree'];
const N_ROWS = 400;

/**
 * A table whose cells are all as long as those of the other: `near` from `low` on, and a label that follows `sign` · `other` but for some rows.
 * Where `other` is 999, it says nothing.
 */
function table(folder, low, sign, noise) {
  let state = 12345;
  const next = () => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return state / 0x80000000;
  };
  const lines = ['near,other,site,label'];
  for (let row = 0; row < N_ROWS; row += 1) {
    const near = Math.floor(low + 400 * next());
    const other = Math.floor(100 + 800 * next());
    const isUnknown = next() < 0.25;
    const site = ['north', 'south', 'islet'][Math.floor(3 * next())];
    const isGood = next() < (isUnknown ? 0.5 : noise) !== sign * (other - 500) > 0;
    lines.push(`${near},${isUnknown ? 999 : other},${site},${isGood ? 'good' : 'poor'}`);
  }
  const path = join(app.folder, folder);
  mkdirSync(path);
  writeFileSync(join(path, 'rows.csv'), `${lines.join('\n')}\n`);
  return join(path, 'rows.csv');
}

let browser, first, second;
/** What the tables give alone, each in a profile of its own: the first, the second, the first read otherwise. */
const alone = {};

before(async () => {
  browser = await app.launch();
  first = table('first', 100, 1, 0.05);
  second = table('second', 550, -1, 0.2);
  assert.equal(readFileSync(first).length, readFileSync(second).length);
  for (const [name, path] of Object.entries({ first, second, reread: first })) {
    const { page, context } = await app.open(browser);
    await app.load(page, path);
    if (name === 'reread') await readOtherwise(page);
    await app.target(page, 'label');
    alone[name] = await work(page, `${name}-alone.zip`);
    await context.close();
  }
  for (const what of Object.keys(alone.first)) {
    assert.notDeepEqual(alone.first[what], alone.second[what], `${what}: the tables are too much alike for this test`);
    assert.notDeepEqual(alone.first[what], alone.reread[what], `${what}: the readings are too much alike for this test`);
  }
  await provesAlone('second', second);
});
after(() => browser.close());

/** The same file by the command gives the same bundle: what is compared with below is right. */
async function provesAlone(name, path) {
  const trained = await app.tabwright(
    ...['train', path, '--target', 'label', '--algorithm', 'linear', '--seed', '0', '--out', 'native.zip'],
  );
  assert.equal(trained.code, 0, trained.err);
  assert.ok(readFileSync(`${app.folder}/native.zip`).equals(alone[name].bundle), 'the command made another bundle');
}

/** Reads the file again; cells that say 999 are missing. */
async function readOtherwise(page) {
  await app.go(page, 'data');
  await page.getByTestId('read-missing').fill('999');
  await page.getByTestId('read-missing').press('Tab');
  await app.idle(page);
}

/** Trains, and gives all that is then shown of the linear model and taken from it. */
async function work(page, name) {
  await app.train(page, ALGORITHMS);
  await page.waitForFunction(() => document.querySelector('[data-testid="nav-train"]').dataset.state === 'done');
  const board = await app.leaderboard(page);
  await app.evaluate(page, 'linear');
  // Only a linear model has coefficients, and they come after the curves.
  const coefficients = await page.getByTestId('coefficients').innerText();
  const matrix = await page.getByTestId('chart-confusion').first().innerText();
  const tile = await page.getByTestId('metric-auc').getAttribute('data-value');
  await page.getByTestId('learning-run').click();
  const curve = await page.getByTestId('learning').innerText();
  await app.idle(page);
  const bundle = readFileSync(await app.exportBundle(page, 'linear', name));
  return { board, coefficients, matrix, tile, curve, bundle };
}

/** The first table with everything made of it, and its bundle under test on Monitor with the second's rows. */
async function withFirst() {
  const opened = await app.open(browser);
  const { page } = opened;
  await app.load(page, first);
  await app.target(page, 'label');
  assert.deepEqual(await work(page, 'first.zip'), alone.first);
  return opened;
}

const state = (page, stage) => page.getByTestId(`nav-${stage}`).getAttribute('data-state');

/** No stage has anything of a model. */
async function nothingIsLeft(page) {
  for (const stage of ['train', 'tune', 'evaluate', 'export']) {
    assert.ok(['empty', 'ready'].includes(await state(page, stage)), `${stage} is ${await state(page, stage)}`);
  }
  await app.go(page, 'train');
  assert.equal(await page.locator('[data-testid="leaderboard"] [data-algorithm]').count(), 0);
  await app.go(page, 'evaluate');
  await page.getByText('Nothing to evaluate yet').waitFor();
  for (const shown of ['coefficients', 'chart-confusion', 'learning']) assert.equal(await page.getByTestId(shown).count(), 0, shown);
  await app.go(page, 'export');
  await page.getByText('Nothing to export yet').waitFor();
  assert.equal(await page.getByTestId('proof-status').count(), 0);
  assert.ok(await page.getByTestId('export-bundle').isDisabled());
  await app.go(page, 'monitor');
  assert.equal(await page.getByTestId('use-exported').count(), 0, 'the bundle of the first table is offered');
}

/** Waits until the other file is read: it looks like the one before, but its models are gone. */
async function taken(page) {
  await page.waitForFunction(() => !['done', 'stale'].includes(document.querySelector('[data-testid="nav-train"]').dataset.state));
  await app.idle(page);
}

const WAYS = {
  'another file on Data': async (page) => {
    await app.go(page, 'data');
    await page.getByTestId('file-input').first().setInputFiles(second);
  },
  'a dropped file': async (page) => {
    await app.go(page, 'explore');
    await app.drop(page, second);
  },
  "Monitor's new rows": async (page) => {
    await app.go(page, 'monitor');
    await page.getByTestId('use-exported').click();
    await page.locator('[data-testid="proof-status"][data-ok="true"]').waitFor();
    await page.getByTestId('monitor-input').setInputFiles(second);
    await page.getByTestId('retrain').click();
  },
};

for (const [name, come] of Object.entries(WAYS)) {
  test(`${name}: nothing of the table before is shown or exported`, { timeout: 300_000 }, async () => {
    const { page, context, problems } = await withFirst();
    await come(page);
    await taken(page);
    await nothingIsLeft(page);
    await app.target(page, 'label');
    assert.deepEqual(await work(page, 'second.zip'), alone.second);
    assert.equal(await state(page, 'export'), 'done');
    // What is handed over to Monitor is the second's as well.
    await app.go(page, 'monitor');
    await page.getByTestId('use-exported').click();
    await page.locator('[data-testid="proof-status"][data-ok="true"]').waitFor();
    await page.getByTestId('monitor-input').setInputFiles(second);
    await page.getByText(/look like those of training/).first().waitFor();
    assert.deepEqual(problems, []);
    await context.close();
  });
}

test('another reading: what was made of the one before is out of date, and is there again with it', { timeout: 300_000 }, async () => {
  const { page, context, problems } = await withFirst();
  await readOtherwise(page);
  await page.waitForFunction(() => document.querySelector('[data-testid="nav-train"]').dataset.state === 'stale');
  assert.equal(await state(page, 'export'), 'stale');
  await app.go(page, 'export');
  assert.ok(await page.getByTestId('export-bundle').isDisabled());
  assert.equal(await page.getByTestId('proof-status').count(), 0);
  await app.go(page, 'evaluate');
  await page.getByTestId('stale-results').getByText('This result is out of date').waitFor();
  for (const shown of ['coefficients', 'chart-confusion', 'learning']) assert.equal(await page.getByTestId(shown).count(), 0, shown);
  await app.go(page, 'monitor');
  assert.equal(await page.getByTestId('use-exported').count(), 0, 'the bundle of the other reading is offered');

  await page.keyboard.press('Control+z');
  await page.waitForFunction(() => document.querySelector('[data-testid="nav-train"]').dataset.state === 'done');
  await app.idle(page);
  const back = readFileSync(await app.exportBundle(page, 'linear', 'back.zip'));
  assert.ok(back.equals(alone.first.bundle), 'the bundle of the first reading came back otherwise');

  await readOtherwise(page);
  await page.waitForFunction(() => document.querySelector('[data-testid="nav-train"]').dataset.state === 'stale');
  assert.deepEqual(await work(page, 'reread.zip'), alone.reread);
  assert.deepEqual(problems, []);
  await context.close();
});

test('a saved project takes no results over to another file of its name and size', { timeout: 300_000 }, async () => {
  const saved = await withFirst();
  const project = await app.saveProject(saved.page, 'first.tabwright');
  await saved.context.close();
  const { page, context, problems } = await app.open(browser);
  await page.getByTestId('file-input').first().setInputFiles(project);
  await page.getByText('A project holds no data').waitFor();
  await app.load(page, second);
  await page.getByText('this is another file').waitFor();
  await app.idle(page);
  await nothingIsLeft(page);
  assert.deepEqual(await work(page, 'second.zip'), alone.second);
  assert.deepEqual(problems, []);
  await context.close();
});

test('a reload brings the results back, and they are those of the file', { timeout: 300_000 }, async () => {
  const { page, context, problems } = await withFirst();
  await page.waitForTimeout(1500);
  await page.reload();
  await app.go(page, 'train');
  await page.locator('[data-testid="leaderboard"] [data-algorithm="tree"] [data-metric]').first().waitFor();
  await app.idle(page);
  assert.deepEqual(await app.leaderboard(page), alone.first.board);
  const again = readFileSync(await app.exportBundle(page, 'linear', 'again.zip'));
  assert.ok(again.equals(alone.first.bundle), 'the bundle after the reload differs');
  await app.go(page, 'data');
  await page.getByTestId('file-input').first().setInputFiles(second);
  await taken(page);
  await page.waitForTimeout(1500);
  await page.reload();
  await page.getByTestId('row-count').first().waitFor();
  await app.idle(page);
  await nothingIsLeft(page);
  assert.deepEqual(problems, []);
  await context.close();
});

test('where a model is out of date, the baseline does not stand for it without a word', { timeout: 300_000 }, async () => {
  const { page, context, problems } = await app.open(browser);
  await app.load(page, first);
  await app.target(page, 'label');
  await app.train(page, ['baseline', 'tree']);
  const card = page.locator('.algorithm', { has: page.getByTestId('algorithm-tree') });
  await card.getByRole('spinbutton').first().fill('2');
  await card.getByRole('spinbutton').first().press('Tab');
  await page.getByText('1 result is out of date').waitFor();
  await app.go(page, 'evaluate');
  assert.equal(await page.getByTestId('result-select').inputValue(), 'tree');
  await page.getByTestId('stale-results').waitFor();
  assert.deepEqual(problems, []);
  await context.close();
});
