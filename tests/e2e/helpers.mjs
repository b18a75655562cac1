// What the tests in the browser share. `cargo xtask e2e` says in the environment where the app, the browser, the modules and
// the native command are.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const need = (name) => {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run the tests by \`cargo xtask e2e\``);
  return value;
};

export const URL_BASE = need('TABWRIGHT_URL');
export const SUB_URL = need('TABWRIGHT_SUB_URL');
export const STAGES = ['data', 'explore', 'wrangle', 'features', 'train', 'tune', 'evaluate', 'export', 'monitor'];
export const ALGORITHMS = ['baseline', 'linear', 'tree', 'forest', 'gbt'];

const PROGRAM = need('TABWRIGHT_BIN');
const require = createRequire(join(need('TABWRIGHT_MODULES'), 'package.json'));
const { chromium } = require('playwright-core');
export const AXE = require.resolve('axe-core/axe.min.js');

/** Path of a table under tests/data. */
export const data = (name) => fileURLToPath(new URL(`../data/${name}`, import.meta.url));

/** A folder that goes when the tests of the file have ended. */
export const folder = mkdtempSync(join(tmpdir(), 'tabwright-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

/** Writes a file into that folder and returns its path. */
export function file(name, content) {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** Runs the native command; gives code, out and err. */
export async function tabwright(...args) {
  try {
    const { stdout, stderr } = await promisify(execFile)(PROGRAM, args, { cwd: folder, maxBuffer: 1 << 28 });
    return { code: 0, out: stdout, err: stderr };
  } catch (error) {
    return { code: error.code, out: error.stdout, err: error.stderr };
  }
}

/** The browser of a test file. */
export const launch = () =>
  chromium.launch({
    executablePath: need('CHROMIUM'),
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });

/**
 * A fresh profile with the app open. `problems` collects what no run may have: uncaught errors, violations of the policy, and
 * requests to other origins.
 */
export async function open(browser, { path = '/', base = URL_BASE, theme = 'light', width = 1440, height = 900 } = {}) {
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: theme,
    reducedMotion: 'reduce',
    acceptDownloads: true,
  });
  const problems = [];
  const page = await context.newPage();
  page.on('pageerror', (error) => problems.push(`uncaught: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(`console: ${message.text()}`);
  });
  context.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(`${URL_BASE}/`) && !/^(blob|data):/.test(url)) problems.push(`request to ${url}`);
  });
  await page.goto(base + path);
  await page.getByTestId('nav-data').waitFor();
  return { context, page, problems };
}

/** Goes to a stage by the rail. */
export async function go(page, stage) {
  await page.getByTestId(`nav-${stage}`).click();
  await page.waitForURL((url) => url.pathname.endsWith(`/${stage === 'data' ? '' : stage}`) || url.pathname.endsWith(`/${stage}`));
  await page.locator('main h1').waitFor();
}

/** Loads a file as a user does, and waits until its size is shown. */
export async function load(page, path) {
  await page.getByTestId('file-input').first().setInputFiles(path);
  await page.getByTestId('row-count').first().waitFor();
}

/** Drops a file on the window, by default in its middle: the browser's own drag events, with the file as the system would give it. */
export async function drop(page, path, across = 0.5) {
  const { width, height } = page.viewportSize();
  const session = await page.context().newCDPSession(page);
  const event = { x: width * across, y: height / 2, data: { items: [], files: [path], dragOperationsMask: 1 } };
  for (const type of ['dragEnter', 'dragOver', 'drop']) await session.send('Input.dispatchDragEvent', { ...event, type });
  await session.detach();
}

/** Number of rows that the page shows. */
export const rows = async (page) => Number(await page.getByTestId('row-count').first().getAttribute('data-value'));

/** Chooses the target and waits until the task is known. */
export async function target(page, name) {
  await go(page, 'data');
  await page.getByTestId('target-select').selectOption(name);
  await page.getByText(/classification|^Regression/).first().waitFor();
}

/** Looks only now and then, so that looking is no work for the page that is being watched. */
const SELDOM = { polling: 250, timeout: 600_000 };

/** Waits until no job runs. */
export async function idle(page, timeout = SELDOM.timeout) {
  await page.waitForFunction(() => !document.querySelector('[data-testid="job-progress"]'), null, { ...SELDOM, timeout });
}

/** Trains these algorithms and waits for their rows on the leaderboard. */
export async function train(page, algorithms = ALGORITHMS) {
  await go(page, 'train');
  for (const name of ALGORITHMS) {
    await page.getByTestId(`algorithm-${name}`).setChecked(algorithms.includes(name));
  }
  await page.getByTestId('train-run').click();
  const trained = (names) =>
    names.every((name) => document.querySelector(`[data-testid="leaderboard"] [data-algorithm="${name}"] [data-metric]`));
  await page.waitForFunction(trained, algorithms, SELDOM);
  await idle(page);
}

/** The leaderboard's numbers: algorithm → metric → value. */
export const leaderboard = (page) =>
  page.getByTestId('leaderboard').evaluate((table) => {
    const all = {};
    for (const row of table.querySelectorAll('[data-algorithm]')) {
      const values = {};
      for (const cell of row.querySelectorAll('[data-metric]')) values[cell.dataset.metric] = Number(cell.dataset.value);
      all[row.dataset.algorithm] = values;
    }
    return all;
  });

/** Clicks and returns the path of what is downloaded. */
export async function download(page, button, name) {
  const [got] = await Promise.all([page.waitForEvent('download', { timeout: 120_000 }), button.click()]);
  const path = join(folder, name ?? got.suggestedFilename());
  await got.saveAs(path);
  return path;
}

/** What differs between two texts: the first lines of each, for a readable failure. */
export function firstDifference(a, b) {
  const [left, right] = [a.split('\n'), b.split('\n')];
  const at = left.findIndex((line, index) => line !== right[index]);
  if (at < 0 && left.length === right.length) return null;
  return `line ${at + 1}: ${JSON.stringify(left[at])} against ${JSON.stringify(right[at])}`;
}

/** Adds a step that leaves a column out. */
export async function dropColumn(page, name) {
  await go(page, 'wrangle');
  await page.getByRole('button', { name: 'Drop columns', exact: true }).first().click();
  await page.locator('.column-choice').getByLabel(new RegExp(`^${name} \\(`)).check();
  await page.getByTestId('step-apply').click();
  await page.getByTestId('recipe').getByText(name).first().waitFor();
  await idle(page);
}

/** Shows Evaluate for a result. */
export async function evaluate(page, id) {
  await go(page, 'evaluate');
  await page.getByTestId('result-select').selectOption(id);
  await idle(page);
}

/** Downloads the bundle of a result from Export, once its proof is there; gives its path. */
export async function exportBundle(page, id, name) {
  await choose(page, id);
  return download(page, page.getByTestId('export-bundle'), name);
}

/** Downloads from Export the scores that the browser computes for the present table; gives their path. */
export async function scores(page, id, name) {
  await choose(page, id);
  return download(page, page.getByTestId('download-scores'), name);
}

/** Downloads from Export the project that `tabwright run` replays; gives its path. */
export async function replayProject(page, id, name) {
  await choose(page, id);
  return download(page, page.getByTestId('download-project'), name);
}

async function choose(page, id) {
  await go(page, 'export');
  await page.getByTestId('result-select').selectOption(id);
  await idle(page);
  await page.locator('[data-testid="proof-status"][data-ok="true"]').waitFor({ timeout: 120_000 });
}

/** Saves the project with its results from the top bar; gives the path. */
export const saveProject = (page, name) => download(page, page.getByTestId('project-save'), name);

/** Scores a file by a bundle on Monitor; gives the path of the scores. */
export async function monitor(page, bundle, path) {
  await go(page, 'monitor');
  await page.getByTestId('bundle-input').setInputFiles(bundle);
  await page.locator('[data-testid="proof-status"][data-ok="true"]').waitFor({ timeout: 120_000 });
  await page.getByTestId('monitor-input').setInputFiles(path);
  await page.getByTestId('drift-table').waitFor({ timeout: 120_000 });
  await idle(page);
  return download(page, page.getByTestId('download-scores'), `${Date.now()}-monitored.csv`);
}

/** Begins a random search; it runs when this returns. */
export async function tuneRun(page, { algorithm, trials }) {
  await go(page, 'tune');
  await page.getByTestId('tune-algorithm').selectOption(algorithm);
  await page.getByTestId('tune-trials').fill(String(trials));
  await page.getByTestId('tune-trials').press('Tab');
  await page.getByTestId('tune-run').click();
}
