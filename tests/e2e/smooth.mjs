// The page stays alive while the engine works: no task with over 50 ms of work on the main thread, and Cancel cancels.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import * as app from './helpers.mjs';

/** From here on a task is long: someone who types or scrolls would notice. */
const MOST_MS = 50;

let browser;
before(async () => {
  browser = await app.launch();
});
after(() => browser.close());

/** What the browser writes down of each task: its name, thread and processor time, and who asked for it. */
const CATEGORIES = ['devtools.timeline', 'toplevel', '__metadata'];

/**
 * Watches the page's tasks from now on; the answer lists those of more than 50 ms of its own work.
 *
 * Own work is the main thread's processor time, as the browser's trace has it. The clock on the wall would also count the workers
 * that read or train meanwhile: they take every core of a small machine, and a task of 20 ms then lasts 60. What the test itself
 * asks of the page through the debugger is not the page's work.
 */
async function watch(page) {
  const session = await page.context().newCDPSession(page);
  const events = [];
  session.on('Tracing.dataCollected', ({ value }) => events.push(...value));
  await session.send('Tracing.start', { transferMode: 'ReportEvents', traceConfig: { includedCategories: CATEGORIES } });
  return async (what) => {
    const complete = new Promise((done) => session.once('Tracing.tracingComplete', done));
    await session.send('Tracing.end');
    await complete;
    await session.detach();
    const tasks = longest(events);
    console.log(`${what}: the longest tasks worked ${tasks.slice(0, 3).map((ms) => ms.toFixed(0)).join(', ')} ms`);
    return tasks.filter((ms) => ms > MOST_MS);
  };
}

/** Milliseconds of the page's own work in each task of its main thread, longest first. */
function longest(events) {
  const key = (event) => `${event.pid} ${event.tid}`;
  const main = new Set(events.filter((event) => event.name === 'thread_name' && event.args.name === 'CrRendererMain').map(key));
  const ofPage = events.filter((event) => event.ph === 'X' && main.has(key(event)));
  const isTask = (event) => /(^|::)RunTask$/.test(event.name);
  const isDebugger = (event) => event.args?.chrome_mojo_event_info?.mojo_interface_tag === 'blink.mojom.DevToolsSession';
  const debug = ofPage.filter(isDebugger);
  const holds = (task, event) => key(task) === key(event) && task.ts <= event.ts && event.ts <= task.ts + task.dur;
  return ofPage
    .filter((task) => isTask(task) && task.tdur > 5000 && !debug.some((event) => holds(task, event)))
    .map((task) => task.tdur / 1000)
    .sort((a, b) => b - a);
}

/** A table of about 40 MB, which takes a moment to read. */
function bigTable() {
  const lines = ['id,when,group,x,y,z,label'];
  for (let row = 0; row < 600_000; row += 1) {
    const x = (row * 7919) % 10007;
    lines.push(`${row},2024-0${1 + (row % 9)}-1${row % 10},group ${row % 13},${x / 7},${(x * x) % 97},${x / 3 - row / 1e5},${x % 3 === 0 ? 'yes' : 'no'}`);
  }
  return app.file('big.csv', `${lines.join('\n')}\n`);
}

const jobShown = (page) => page.getByTestId('job-progress').first().waitFor({ timeout: 30_000 });
const cancel = async (page) => {
  await jobShown(page);
  await page.getByTestId('job-cancel').first().click();
  await app.idle(page, 10_000);
};

test('a long task would be seen', { timeout: 60_000 }, async () => {
  const { page, context } = await app.open(browser);
  const longTasks = await watch(page);
  await page.evaluate(() => new Promise((done) => {
    setTimeout(() => {
      const end = performance.now() + 400;
      while (performance.now() < end);
      done();
    });
  }));
  assert.equal((await longTasks('a loop')).length, 1);
  await context.close();
});

test('no long task while a large file is read and looked at', { timeout: 300_000 }, async () => {
  const { page, context } = await app.open(browser);
  const longTasks = await watch(page);
  await app.load(page, bigTable());
  await app.go(page, 'explore');
  await app.idle(page);
  assert.deepEqual(await longTasks('reading'), []);
  await context.close();
});

test('no long task while five models are trained', { timeout: 900_000 }, async () => {
  const { page, context } = await app.open(browser);
  await app.load(page, app.data('california-housing.csv'));
  await app.target(page, 'median_house_value');
  await app.go(page, 'train');
  await app.idle(page);
  const longTasks = await watch(page);
  await app.train(page);
  assert.deepEqual(await longTasks('training'), []);
  await context.close();
});

test('reading can be cancelled, and the session stays', { timeout: 120_000 }, async () => {
  const { page, context, problems } = await app.open(browser);
  await app.load(page, app.data('penguins.csv'));
  await page.getByTestId('file-input').first().setInputFiles(bigTable());
  await cancel(page);
  assert.equal(await app.rows(page), 344);
  await app.target(page, 'species');
  await app.train(page, ['tree']);
  assert.deepEqual(problems, []);
  await context.close();
});

test('training can be cancelled, and begun again', { timeout: 300_000 }, async () => {
  const { page, context, problems } = await app.open(browser);
  await app.load(page, app.data('california-housing.csv'));
  await app.target(page, 'median_house_value');
  await app.go(page, 'train');
  await page.getByTestId('train-run').click();
  await cancel(page);
  await app.train(page, ['baseline', 'tree']);
  assert.deepEqual(problems, []);
  await context.close();
});

test('tuning can be cancelled, and finishes when it is not', { timeout: 600_000 }, async () => {
  const { page, context, problems } = await app.open(browser);
  await app.load(page, app.data('penguins.csv'));
  await app.target(page, 'species');
  await app.tuneRun(page, { algorithm: 'forest', trials: 200 });
  await cancel(page);
  await app.tuneRun(page, { algorithm: 'tree', trials: 5 });
  await page.getByTestId('trials').getByRole('row').nth(5).waitFor({ timeout: 300_000 });
  await app.idle(page);
  await page.getByTestId('chart-trials').first().waitFor();
  await app.go(page, 'train');
  await page.locator('[data-testid="leaderboard"]').getByText(/tuned/i).first().waitFor();
  assert.deepEqual(problems, []);
  await context.close();
});
