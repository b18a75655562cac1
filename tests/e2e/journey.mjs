// The main job, from a file to scores, on three real tables; and that browser and command are one engine, bit for bit.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import * as app from './helpers.mjs';

const REFERENCE = readFileSync(new URL('../oracles/train_reference.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line));

const TABLES = [
  {
    file: 'titanic.csv',
    target: 'survived',
    rows: 891,
    drop: ['alive'],
    task: 'binary',
    main: 'auc',
    charts: ['roc', 'pr', 'calibration', 'confusion'],
  },
  {
    file: 'penguins.csv',
    target: 'species',
    rows: 344,
    drop: [],
    task: 'multiclass',
    main: 'log_loss',
    charts: ['confusion'],
  },
  {
    file: 'california-housing.csv',
    target: 'median_house_value',
    rows: 20640,
    drop: [],
    task: 'regression',
    main: 'rmse',
    charts: ['predicted', 'residuals'],
  },
];

// The metrics of a task are those that have an oracle.
const ORACLE = JSON.parse(readFileSync(new URL('../oracles/metrics.json', import.meta.url), 'utf8'));
for (const table of TABLES) table.metrics = Object.keys(ORACLE[table.task][0].metrics);

let browser;
before(async () => {
  browser = await app.launch();
});
after(() => browser.close());

for (const table of TABLES) {
  describe(table.file, () => {
    let page, context, problems, board;
    const path = app.data(table.file);

    before(async () => {
      ({ page, context, problems } = await app.open(browser));
    });
    after(() => context.close());

    test('loads, and the target decides the task', async () => {
      await app.load(page, path);
      assert.equal(await app.rows(page), table.rows);
      await app.target(page, table.target);
      for (const column of table.drop) await app.dropColumn(page, column);
    });

    test('trains every algorithm', { timeout: 900_000 }, async () => {
      await app.train(page);
      board = await app.leaderboard(page);
      assert.deepEqual(Object.keys(board).sort(), [...app.ALGORITHMS].sort());
      for (const [algorithm, values] of Object.entries(board)) {
        for (const metric of table.metrics) {
          assert.ok(Number.isFinite(values[metric]), `${algorithm} has no ${metric}`);
        }
      }
    });

    test('every algorithm learns more than the baseline', () => {
      const { main } = table;
      const gain = (algorithm) => (board[algorithm][main] - board.baseline[main]) * (main === 'auc' ? 1 : -1);
      for (const algorithm of ['linear', 'tree', 'forest', 'gbt']) {
        assert.ok(gain(algorithm) > 0, `${algorithm}: ${main} ${board[algorithm][main]}, the baseline has ${board.baseline[main]}`);
      }
    });

    test('every algorithm is as accurate as the reference', () => {
      const reference = REFERENCE.find((line) => line.file === table.file);
      assert.deepEqual(reference.drop, table.drop);
      for (const algorithm of ['linear', 'tree', 'forest', 'gbt']) {
        const ours = board[algorithm];
        const theirs = reference[algorithm];
        if (reference.metric === 'auc')
          assert.ok(ours.auc >= theirs - 0.01, `${algorithm}: AUC ${ours.auc}, reference ${theirs}`);
        else if (reference.metric === '-logloss')
          assert.ok(ours.log_loss <= -theirs + 0.05, `${algorithm}: log loss ${ours.log_loss}, reference ${-theirs}`);
        else assert.ok(ours.rmse <= theirs * 1.05, `${algorithm}: RMSE ${ours.rmse}, reference ${theirs}`);
      }
    });

    test('is evaluated with numbers and charts', async () => {
      for (const algorithm of ['gbt', 'linear']) {
        await app.evaluate(page, algorithm);
        for (const metric of table.metrics) {
          const value = Number(await page.getByTestId(`metric-${metric}`).first().getAttribute('data-value'));
          assert.equal(value, board[algorithm][metric], `${algorithm}: ${metric} on Evaluate and on the leaderboard`);
        }
        for (const chart of table.charts) await page.getByTestId(`chart-${chart}`).first().waitFor();
      }
    });

    for (const algorithm of app.ALGORITHMS) {
      test(`${algorithm}: the bundle is the command's, and so is every score`, { timeout: 600_000 }, async () => {
        const bundle = await app.exportBundle(page, algorithm, `${table.target}-${algorithm}.zip`);
        assert.match((await app.tabwright('verify', bundle)).out, /every bit agrees/);

        const inBrowser = readFileSync(await app.scores(page, algorithm, `${algorithm}.csv`), 'utf8');
        const native = await app.tabwright('score', bundle, path);
        assert.equal(native.code, 0, native.err);
        assert.equal(app.firstDifference(inBrowser, native.out), null);
        assert.equal(native.out.trim().split('\n').length, table.rows + 1);

        const options = table.drop.length > 0 ? ['--drop', table.drop.join(',')] : [];
        const trained = await app.tabwright(
          ...['train', path, '--target', table.target, ...options, '--algorithm', algorithm, '--seed', '0', '--out', 'native.zip', '--json'],
        );
        assert.equal(trained.code, 0, trained.err);
        const cv = JSON.parse(trained.out).cv;
        for (const metric of table.metrics) {
          const [ours, theirs] = [board[algorithm][metric], cv[metric].mean];
          assert.equal(ours, theirs, `${algorithm}: ${metric} is ${ours} in the browser, ${theirs} natively`);
        }
        const same = readFileSync(bundle).equals(readFileSync(`${app.folder}/native.zip`));
        assert.ok(same, `${algorithm}: the browser's bundle differs from the command's`);
      });
    }

    test('new rows are scored and compared on Monitor as the command scores them', async () => {
      const monitored = readFileSync(await app.monitor(page, `${app.folder}/${table.target}-gbt.zip`, path), 'utf8');
      const native = await app.tabwright('score', `${app.folder}/${table.target}-gbt.zip`, path);
      assert.equal(app.firstDifference(monitored, native.out), null);
    });

    test('nothing went wrong, and nothing left the origin', () => assert.deepEqual(problems, []));
  });
}
