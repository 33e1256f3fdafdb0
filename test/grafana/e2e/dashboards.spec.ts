import { test } from '@grafana/plugin-e2e';
import { boardsOf, questionsIn } from './boards.ts';
import { expectWhole, questionsOf, watch } from './watch.ts';

// Tall enough for Grafana to load every panel, without scrolling.
test.use({ viewport: { width: 1600, height: 6000 } });

for (const board of boardsOf('team'))
  for (const theme of ['dark', 'light']) {
    const { uid, title } = board;
    test(`${title}, ${theme}: no error, no empty panel`, async ({ page }) => {
      const watched = watch(page, '/api/ds/query', questionsOf);
      const started = performance.now();
      await page.goto(`/d/${uid}?kiosk&theme=${theme}`);
      await watched.settled(questionsIn(board));
      const painted = ((performance.now() - started) / 1000).toFixed(1);
      const { view, seconds } = watched.slowest;
      console.log(`${title}: painted after ${painted} s; slowest ${view} ${seconds.toFixed(2)} s`);
      await page.screenshot({ path: `test-results/e2e/${uid}-${theme}.png` });
      await expectWhole(page, watched);
    });
  }
