// Nothing leaves the page, nothing in a file runs, and a bad file is told plainly while the session stays.
import assert from 'node:assert/strict';
import { appendFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import * as app from './helpers.mjs';

let browser;
before(async () => {
  browser = await app.launch();
});
after(() => browser.close());

test('the policy is there, and is in force', async () => {
  const { page, context } = await app.open(browser);
  const policy = await page.locator('meta[http-equiv="Content-Security-Policy"]').getAttribute('content');
  for (const part of ["default-src 'none'", "connect-src 'self'", "script-src 'self' 'wasm-unsafe-eval'", "worker-src 'self'"]) {
    assert.ok(policy.includes(part), `${part} is not in ${policy}`);
  }
  assert.ok(!policy.includes("'unsafe-inline'") && !policy.includes("'unsafe-eval'") && !policy.includes('http'), policy);
  const outcome = await page.evaluate(async () => {
    const violations = [];
    document.addEventListener('securitypolicyviolation', (event) => violations.push(event.effectiveDirective));
    const script = document.createElement('script');
    script.textContent = 'window.ran = true';
    document.body.append(script);
    const div = document.createElement('div');
    div.innerHTML = '<img src=x onerror="window.ran = true">';
    document.body.append(div);
    const sent = await fetch('https://example.com/').then(() => 'sent', () => 'blocked');
    await new Promise((done) => setTimeout(done, 300));
    div.remove();
    script.remove();
    return { ran: window.ran === true, sent, violations };
  });
  assert.equal(outcome.ran, false);
  assert.equal(outcome.sent, 'blocked');
  assert.ok(outcome.violations.includes('connect-src'), `${outcome.violations}`);
  await context.close();
});

test('every page that the server gives has the headers of a careful host', async () => {
  const response = await fetch(`${app.URL_BASE}/`);
  assert.match(response.headers.get('content-security-policy'), /frame-ancestors 'none'/);
  assert.equal(response.headers.get('x-content-type-options'), 'nosniff');
  assert.equal(response.headers.get('referrer-policy'), 'no-referrer');
});

test('names and cells are text on every stage', { timeout: 300_000 }, async () => {
  const { page, context, problems } = await app.open(browser);
  const evil = '<img src=x onerror="window.ran=true">';
  const cell = "<script>window.ran=true</script>";
  const quoted = (text) => `"${text.replaceAll('"', '""')}"`;
  const lines = [`${quoted(evil)},x,${quoted(`${evil}y`)}`];
  for (let row = 0; row < 120; row += 1) lines.push(`${quoted(row % 3 ? cell : `${evil}${row % 2}`)},${row % 17},${row % 2 ? evil.replaceAll('"', '') : 'plain'}`);
  await app.load(page, app.file(`<img src=x onerror=alert(1)>.csv`.replaceAll('/', ''), `${lines.join('\n')}\n`));
  assert.equal(await app.rows(page), 120);
  await app.target(page, `${evil}y`);
  await app.train(page, ['tree']);
  for (const stage of app.STAGES) {
    await app.go(page, stage);
    await app.idle(page);
    assert.equal(await page.locator('main img[src="x"], header img, nav img').count(), 0, `an element was made of text on ${stage}`);
  }
  assert.equal(await page.evaluate(() => window.ran === true), false);
  assert.deepEqual(problems, []);
  await context.close();
});

describe('bad files', () => {
  let page, context, problems;
  before(async () => {
    ({ page, context, problems } = await app.open(browser));
    await app.load(page, app.data('penguins.csv'));
    await app.target(page, 'species');
  });
  after(() => context.close());

  /** Loads a file that cannot be read: a message with these words, and the table from before. */
  async function refused(name, content, words) {
    await app.go(page, 'data');
    await page.getByTestId('file-input').first().setInputFiles(app.file(name, content));
    const banner = page.getByTestId('error-banner');
    await banner.waitFor({ timeout: 30_000 });
    const message = (await banner.innerText()).toLowerCase();
    for (const word of words) assert.ok(message.includes(word), `"${word}" is not in: ${message}`);
    assert.ok(!/panick|unreachable|runtimeerror/.test(message), message);
    assert.equal(await app.rows(page), 344);
    await banner.getByRole('button').first().click();
    await banner.waitFor({ state: 'detached' });
  }

  test('an empty file', () => refused('empty.csv', '', ['empty']));
  test('a header and no rows', () => refused('header.csv', 'a,b,c\n', ['row']));
  test('NUL bytes', () => refused('nul.csv', 'a,b\n1,2\n\0,3\n', ['nul', '3']));
  test('a project that is none', () => refused('broken.tabwright', '{', ['line 1']));

  /** Loads a file that can be read but not learnt from, and looks for a message with this word where the target is chosen. */
  async function noModel(name, content, column, pattern) {
    const { page, context, problems } = await app.open(browser);
    await app.load(page, app.file(name, content));
    if (column) {
      await page.getByTestId('target-select').selectOption(column);
      await page.locator('main').getByText(pattern).first().waitFor({ timeout: 30_000 });
    }
    assert.deepEqual(problems, []);
    return { page, context };
  }
  const rows = (n, row) => Array.from({ length: n }, (_, index) => row(index)).join('\n');

  test('a constant target', async () => {
    const { context } = await noModel('constant.csv', `x,y\n${rows(50, (row) => `${row},7`)}\n`, 'y', /only|one value|constant|same/i);
    await context.close();
  });
  test('one class', async () => {
    const { context } = await noModel('class.csv', `x,y\n${rows(50, (row) => `${row},yes`)}\n`, 'y', /only|one class|constant|same/i);
    await context.close();
  });
  test('a target that is missing everywhere', async () => {
    const { context } = await noModel('missing.csv', `x,y\n${rows(50, (row) => `${row},`)}\n`, 'y', /missing|no value|empty/i);
    await context.close();
  });
  test('one column', async () => {
    const { page, context } = await noModel('one.csv', `y\n${rows(60, (row) => `${row % 2}`)}\n`, 'y', /classification/i);
    await app.go(page, 'train');
    await page.getByTestId('train-run').click();
    await page.locator('main, [data-testid="error-banner"]').getByText(/no feature|no column|nothing to learn|feature/i).first().waitFor();
    await context.close();
  });

  test('ragged rows are counted with their lines', async () => {
    const content = `x,y\n${rows(60, (row) => `${row},${row % 2}`)}\n1,2,3\n4\n`;
    const { page, context } = await noModel('ragged.csv', content);
    assert.equal(await app.rows(page), 60);
    await page.locator('main').getByText('62').first().waitFor();
    await context.close();
  });
  test('another encoding is detected', async () => {
    const content = Buffer.from(`city,y\n${rows(60, (row) => (row % 2 ? 'Köln,1' : 'Bonn,0'))}\n`, 'latin1');
    const { page, context } = await noModel('latin1.csv', content);
    await page.locator('main').getByText('Köln').first().waitFor();
    await context.close();
  });
  test('a column that is missing everywhere', async () => {
    const content = `x,empty,y\n${rows(90, (row) => `${row},,${row % 2 ? 'a' : 'b'}`)}\n`;
    const { page, context } = await noModel('gaps.csv', content, 'y', /classification/i);
    await app.train(page, ['baseline', 'linear', 'tree', 'forest', 'gbt']);
    await context.close();
  });
  test('a million different labels', { timeout: 300_000 }, async () => {
    const content = `x,y\n${rows(1_000_000, (row) => `${row % 97},label ${row}`)}\n`;
    const { page, context } = await noModel('labels.csv', content);
    assert.equal(await app.rows(page), 1_000_000);
    const options = page.getByTestId('target-select');
    await options.selectOption('y');
    await page.locator('main').getByText(/classes|labels|text|identifier/i).first().waitFor();
    await app.go(page, 'explore');
    await app.idle(page, 120_000);
    await context.close();
  });

  test('a file too large for a tab is refused before it is read, and a sample is offered', { timeout: 300_000 }, async () => {
    // Small in the file, large in memory: 2.9 million rows of 60 digits.
    const path = app.file('large.csv', `${Array.from({ length: 60 }, (_, at) => `c${at}`).join(',')}\n`);
    const rowsOfDigits = `${Array.from({ length: 60 }, (_, at) => at % 10).join(',')}\n`.repeat(29_000);
    for (let part = 0; part < 100; part += 1) appendFileSync(path, rowsOfDigits);
    const { page, context, problems } = await app.open(browser);
    await page.getByTestId('file-input').first().setInputFiles(path);
    const banner = page.getByTestId('error-banner');
    await banner.getByText(/MiB/).waitFor({ timeout: 10_000 });
    await page.getByTestId('read-sample').click();
    await page.getByTestId('row-count').first().waitFor({ timeout: 60_000 });
    assert.equal(await app.rows(page), 1_450_000);
    await banner.waitFor({ state: 'detached' });
    assert.deepEqual(problems, []);
    await context.close();
  });

  test('after all that, the session works', { timeout: 120_000 }, async () => {
    await app.train(page, ['tree']);
    assert.ok((await app.leaderboard(page)).tree.accuracy > 0.8);
    assert.deepEqual(problems, []);
  });
});
