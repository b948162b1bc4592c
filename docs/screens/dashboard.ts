/**
 * `npm run docs:dashboard`: a picture of docs/grafana-dashboard.json. Live channels in three languages, `eshm metrics`
 * beside them, a real Prometheus that scrapes for a minute; then every panel is drawn from what its own queries give.
 * Drawn by vega, not by Grafana: what is shown is the dashboard's, how it looks is not. Runs in an IPC namespace of its
 * own; needs `prometheus` (Debian's package).
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { draw } from '../../bench/pictures.js';
import { buildPeers } from '../../test/peers/build.js';
import { PeerProcess } from '../../test/peers/peer-process.js';
import { dashboardPanels, Prometheus } from '../../test/support/prometheus.js';
import { repoRoot } from '../../test/support/repo-root.js';
import { Channels, ESHM } from './channels.js';
import { chartOf } from './panels.js';

const SCRAPE_S = 60;
const PICTURE = 'docs/screens/dashboard.svg';

/** Starts a Node program and gives the number at the end of its first line. */
async function startServer(...args: string[]): Promise<{ child: ChildProcess; port: number }> {
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const [line] = (await once(createInterface({ input: child.stdout! }), 'line')) as [string];
  return { child, port: Number(/(\d+)(\/metrics)?$/.exec(line)![1]) };
}

await using _channels = await Channels.start();
const camera = PeerProcess.start(await buildPeers());
await camera.open('master', 'camera', 'threshold=1000');
const reporter = await startServer(join(repoRoot, 'dist/test/lib/metrics/reporter.js'), 'camera');
const exporter = await startServer(ESHM, 'metrics', 'robot', 'arm', 'lidar', 'camera', 'old', '--port', '0');
const prometheus = await Prometheus.start({ eshm: exporter.port, reporter: reporter.port });
try {
  const burst = camera.ask(`burst ${100 * SCRAPE_S} 4096 10000`, 1000 * (SCRAPE_S + 60));
  await sleep(1000 * SCRAPE_S);
  for (const [job, { health, lastError, lastScrapeDuration }] of Object.entries(await prometheus.targets())) {
    console.log(
      `${job}: ${health} ${lastError}, the last scrape took ${(1000 * lastScrapeDuration).toFixed(0)} ms`,
    );
  }
  const rows = new Map<number, object[]>();
  for (const panel of dashboardPanels()) {
    const row = rows.get(panel.gridPos.y) ?? [];
    rows.set(panel.gridPos.y, row);
    row.push(await chartOf(panel, prometheus, SCRAPE_S));
  }
  const svg = await draw({
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    background: 'white',
    config: { aria: false, concat: { spacing: 12 } },
    resolve: { scale: { color: 'independent' } },
    vconcat: [...rows.values()].map((hconcat) => ({
      hconcat,
      resolve: { scale: { color: 'independent', x: 'independent', y: 'independent' } },
    })),
  });
  if (svg === undefined) throw new Error('Cannot draw: vega is not installed, expected that of the checkout');
  writeFileSync(join(repoRoot, PICTURE), svg);
  console.log(
    `${PICTURE}: ${dashboardPanels().length} panels, each query gave data after ${SCRAPE_S} s of scrapes`,
  );
  await burst;
} finally {
  await prometheus.end();
  exporter.child.kill('SIGTERM');
  reporter.child.stdin!.end();
  await camera.quit();
}
