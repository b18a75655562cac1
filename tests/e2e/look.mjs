// Pictures of every stage, light and dark, wide and narrow, for people to look at; and the README's.
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as app from './helpers.mjs';

const at = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
mkdirSync(at('target/screenshots'), { recursive: true });
mkdirSync(at('docs'), { recursive: true });

const VIEWS = [
  ['light', 1440],
  ['dark', 1440],
  ['light', 768],
  ['dark', 768],
];
const TABLES = [
  ['titanic.csv', 'survived', ['alive']],
  ['california-housing.csv', 'median_house_value', []],
];

const browser = await app.launch();
for (const [file, name, drop] of TABLES) {
  const { page, context } = await app.open(browser);
  const table = file.replace('.csv', '');
  const picture = async (label) => {
    for (const [theme, width] of VIEWS) {
      await page.emulateMedia({ colorScheme: theme });
      await page.setViewportSize({ width, height: 900 });
      await page.waitForTimeout(400);
      await page.screenshot({ path: at(`target/screenshots/${table}-${label}-${theme}-${width}.png`) });
      // The page scrolls inside: a window as high as all of it shows the whole.
      const height = await page.evaluate(() => {
        const scrolled = [...document.querySelectorAll('main, main *')].map((it) => it.scrollHeight - it.clientHeight);
        return Math.min(innerHeight + Math.max(0, ...scrolled), 9000);
      });
      await page.setViewportSize({ width, height });
      await page.waitForTimeout(400);
      await page.screenshot({ path: at(`target/screenshots/${table}-${label}-${theme}-${width}-whole.png`) });
    }
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.emulateMedia({ colorScheme: 'light' });
  };
  await picture('0-empty');
  await app.load(page, app.data(file));
  await app.target(page, name);
  for (const column of drop) await app.dropColumn(page, column);
  await app.train(page);
  await app.tuneRun(page, { algorithm: 'gbt', trials: 10 });
  await page.getByTestId('job-progress').first().waitFor();
  await app.idle(page);
  await app.evaluate(page, 'gbt');
  const bundle = await app.exportBundle(page, 'gbt', `${table}.zip`);
  await app.monitor(page, bundle, app.data(file));
  for (const [index, stage] of app.STAGES.entries()) {
    await app.go(page, stage);
    await app.idle(page);
    await picture(`${index + 1}-${stage}`);
    if (stage === 'evaluate' && table === 'titanic') await page.screenshot({ path: at('docs/screenshot.png') });
  }
  await context.close();
}
await browser.close();
console.log('target/screenshots, docs/screenshot.png');
