// Times Tabwright and what a user would pick instead in headless Chromium, and prints one JSON line a measurement.
//
//   node browser.mjs csv|profile|gbt|gbt-300|forest|logistic|tune FILE ENGINE...
//
// Each is open for some seconds before it gets the file, as while someone looks for it. tabwright: the built app in a tab; csv is
// what its page measures from the file's arrival to the table, profile from the question to the answer, both by the marks that the
// app leaves in the browser's timeline. duckdb-wasm: CREATE TABLE AS read_csv_auto from a buffer in memory, and SUMMARIZE.
// papaparse: streamed, with dynamic typing. `cargo xtask bench` says by the environment where the app, the browser and the packages
// are.
//
// Training: the app opens a project that says what to fit, gets the file and is asked to train; the time is what its leaderboard shows
// for the fit on all rows, from the typed table to the model, on one worker. ydf-wasm: from the file's text in memory to the model,
// with its defaults (up to 300 trees). tune: from the click to the end of the search.
import { createServer } from 'node:http';
import { createReadStream, readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { createRequire } from 'node:module';

const { TABWRIGHT_URL, TABWRIGHT_MODULES, CHROMIUM } = process.env;
const [work, csv, ...engines] = process.argv.slice(2);
const require = createRequire(`${TABWRIGHT_MODULES}/package.json`);
const { chromium } = require('playwright-core');

const browser = await chromium.launch({
  executablePath: CHROMIUM,
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync'],
});

/** From an engine's start to its file. */
const SETTLE_MS = 4000;

/** What the app is told to fit: as `bench_train` has it natively, and the peers. */
const GBT = { trees: 100, leaves: 31, learning_rate: 0.1, subsample: 1, features: 1, l2: 1, min_leaf_rows: 1, min_child_weight: 1 };
const MODELS = {
  gbt: ['gbt', GBT],
  'gbt-300': ['gbt', { ...GBT, trees: 300 }],
  forest: ['forest', { trees: 100, depth: 12 }],
  logistic: ['linear', {}],
  tune: ['gbt', {}],
};
const TRIALS = 30;

const run = {
  tabwright: work in MODELS ? train : read,
  'one-helper': (page) => tune(page, 1),
  'two-helpers': (page) => tune(page, 2),
  'duckdb-wasm': duckdb,
  papaparse,
  'ydf-wasm': ydf,
};
for (const engine of engines) {
  const context = await browser.newContext();
  const page = await context.newPage();
  page.setDefaultTimeout(900_000);
  const seconds = await run[engine](page);
  console.log(JSON.stringify({ work, engine, place: 'chromium', seconds }));
  await context.close();
}
await browser.close();

/** Seconds of the measures of this name that the app has left in the timeline. */
function measured(page, name) {
  return page.evaluate((name) => performance.getEntriesByName(name, 'measure').map((entry) => entry.duration / 1e3), name);
}

async function read(page) {
  await page.goto(TABWRIGHT_URL);
  await page.waitForTimeout(SETTLE_MS);
  await page.getByTestId('file-input').first().setInputFiles(csv);
  await page.getByTestId('row-count').first().waitFor();
  if (work === 'csv') return (await measured(page, 'tabwright load'))[0];
  await page.getByTestId('nav-explore').click();
  await page.waitForFunction(() => performance.getEntriesByName('tabwright profile', 'measure').length > 0);
  return (await measured(page, 'tabwright profile'))[0];
}

/** Opens a project that is about the file, and the file. */
async function open(page) {
  const [algorithm, params] = MODELS[work];
  const project = {
    format: 1,
    name: 'bench',
    source: { file: basename(csv), n_bytes: statSync(csv).size },
    target: 'target',
    task: 'binary',
    // Of a training run only the fit on all rows counts: that on a part of them is made small.
    validation: work === 'tune' ? { scheme: 'folds', folds: 5 } : { scheme: 'holdout', share: 0.9 },
    seed: 1,
    algorithms: { [algorithm]: params },
  };
  await page.goto(TABWRIGHT_URL);
  await page.waitForTimeout(SETTLE_MS);
  const file = { name: 'bench.tabwright', mimeType: 'application/json', buffer: Buffer.from(JSON.stringify(project)) };
  await page.getByTestId('file-input').first().setInputFiles(file);
  await page.getByText('A project holds no data').waitFor();
  await page.getByTestId('file-input').first().setInputFiles(csv);
  await page.getByTestId('row-count').first().waitFor();
  return algorithm;
}

async function train(page) {
  const algorithm = await open(page);
  await page.getByTestId('nav-train').click();
  await page.getByTestId('train-run').click();
  const cell = await page.waitForFunction((algorithm) => {
    const board = document.querySelector('[data-testid="leaderboard"]');
    const row = board?.querySelector(`[data-algorithm="${algorithm}"]`);
    const at = [...(board?.querySelectorAll('thead th') ?? [])].findIndex((head) => head.textContent.includes('Fit time'));
    return row?.children[at]?.title;
  }, algorithm, { polling: 250 });
  return Number(await cell.jsonValue());
}

/** The browser is told of one hardware thread more than there shall be helpers. */
async function tune(page, helpers) {
  await page.addInitScript((threads) => Object.defineProperty(Navigator.prototype, 'hardwareConcurrency', { get: () => threads }), helpers + 1);
  const algorithm = await open(page);
  await page.getByTestId('nav-tune').click();
  await page.getByTestId('tune-algorithm').selectOption(algorithm);
  await page.getByTestId('tune-trials').fill(String(TRIALS));
  await page.getByTestId('tune-trials').press('Tab');
  const start = Date.now();
  await page.getByTestId('tune-run').click();
  await page.getByTestId('job-progress').first().waitFor();
  await page.waitForFunction(() => !document.querySelector('[data-testid="job-progress"]'), null, { polling: 250 });
  return (Date.now() - start) / 1e3;
}

async function ydf(page) {
  const dist = `${TABWRIGHT_MODULES}/node_modules/ydf-training/dist/`;
  const server = await serve({
    '/': ['text/html', '<script src="ydf.js"></script>'],
    '/ydf.js': ['text/javascript', readFileSync(`${dist}training.js`)],
    '/training.wasm': ['application/wasm', readFileSync(`${dist}training.wasm`)],
  });
  await page.goto(server.origin);
  const seconds = await page.evaluate(async () => {
    const ydf = await YDFTraining();
    // It refuses a target of 0 and 1.
    const text = (await (await fetch('data.csv')).text()).replace(/,1\r?\n/g, ',yes\n').replace(/,0\r?\n/g, ',no\n');
    const start = performance.now();
    new ydf.GradientBoostedTreesLearner('target', 'CLASSIFICATION').train(text).unload();
    return (performance.now() - start) / 1e3;
  });
  server.close();
  return seconds;
}

async function duckdb(page) {
  const { buildSync } = require('esbuild');
  const dist = `${TABWRIGHT_MODULES}/node_modules/@duckdb/duckdb-wasm/dist/`;
  const built = buildSync({ entryPoints: [`${dist}duckdb-browser.mjs`], bundle: true, format: 'esm', write: false });
  const server = await serve({
    '/': ['text/html', '<script type="module">import * as d from "./duck.js"; window.duckdb = d;</script>'],
    '/duck.js': ['text/javascript', built.outputFiles[0].contents],
    '/duck.worker.js': ['text/javascript', readFileSync(`${dist}duckdb-browser-eh.worker.js`)],
    '/duck.wasm': ['application/wasm', readFileSync(`${dist}duckdb-eh.wasm`)],
  });
  await page.goto(server.origin);
  await page.waitForFunction(() => window.duckdb);
  const seconds = await page.evaluate(async ({ origin, work, settle }) => {
    const db = new duckdb.AsyncDuckDB(new duckdb.VoidLogger(), new Worker('duck.worker.js'));
    await db.instantiate(`${origin}/duck.wasm`);
    await db.registerFileBuffer('data.csv', new Uint8Array(await (await fetch('data.csv')).arrayBuffer()));
    const link = await db.connect();
    await new Promise((done) => setTimeout(done, settle));
    const time = async (sql) => {
      const start = performance.now();
      await link.query(sql);
      return (performance.now() - start) / 1e3;
    };
    const csv = await time("create table t as select * from read_csv_auto('data.csv')");
    const seconds = work === 'csv' ? csv : await time('summarize t');
    await db.terminate();
    return seconds;
  }, { origin: server.origin, work, settle: SETTLE_MS });
  server.close();
  return seconds;
}

async function papaparse(page) {
  const server = await serve({
    '/': ['text/html', '<script src="papa.js"></script>'],
    '/papa.js': ['text/javascript', readFileSync(require.resolve('papaparse/papaparse.min.js'))],
  });
  await page.goto(server.origin);
  await page.waitForTimeout(SETTLE_MS);
  const seconds = await page.evaluate(async () => {
    const file = new File([await (await fetch('data.csv')).blob()], 'data.csv');
    const start = performance.now();
    await new Promise((complete, error) => Papa.parse(file, { dynamicTyping: true, header: true, chunk() {}, complete, error }));
    return (performance.now() - start) / 1e3;
  });
  server.close();
  return seconds;
}

/** Serves these (type, content) by path, and the CSV. */
async function serve(files) {
  const server = createServer((request, response) => {
    if (request.url === '/data.csv') {
      response.writeHead(200, { 'content-type': 'text/plain', 'content-length': statSync(csv).size });
      createReadStream(csv).pipe(response);
      return;
    }
    const [type, content] = files[request.url] ?? [];
    if (type) response.writeHead(200, { 'content-type': type }).end(content);
    else response.writeHead(404).end();
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return { origin: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}
