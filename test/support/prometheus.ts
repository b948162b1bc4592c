import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from './channels.js';
import { freePort } from './free-port.js';
import { repoRoot } from './repo-root.js';

/** A series as Prometheus answers it: its labels, and its values over time. */
export interface Answer {
  readonly metric: Readonly<Record<string, string>>;
  /** Unix time in seconds, and the value as text. */
  readonly values: readonly (readonly [timeS: number, value: string])[];
}

/** One query of a panel of the dashboard. */
export interface PanelTarget {
  readonly expr: string;
  readonly legendFormat: string;
}

/** A panel of the dashboard that shows something. */
export interface Panel {
  readonly title: string;
  readonly type: string;
  readonly gridPos: { readonly y: number; readonly w: number };
  readonly fieldConfig: { readonly defaults: { readonly unit: string } };
  readonly targets: readonly PanelTarget[];
}

/** The panels of docs/grafana-dashboard.json that have a query. */
export function dashboardPanels(): Panel[] {
  const { panels } = JSON.parse(readFileSync(join(repoRoot, 'docs/grafana-dashboard.json'), 'utf8'));
  return panels.filter(({ targets }: Partial<Panel>) => targets !== undefined);
}

/** A query as Grafana would send it: every channel, and a window of some scrapes. */
export function asSent({ expr }: PanelTarget): string {
  return expr.replaceAll('$channel', '.+').replaceAll('$__rate_interval', '5s');
}

/** A real Prometheus that scrapes every second, with its data in a folder of its own, for as long as it is not ended. */
export class Prometheus {
  readonly #url: string;
  readonly #folder: string;
  readonly #server: ChildProcess;
  #said = '';

  /** @param targets - ports on this machine by the name of their job */
  static async start(targets: Readonly<Record<string, number>>): Promise<Prometheus> {
    const prometheus = new Prometheus(targets, await freePort());
    await until('a ready Prometheus', () => prometheus.#isReady());
    return prometheus;
  }

  private constructor(targets: Readonly<Record<string, number>>, port: number) {
    this.#url = `http://127.0.0.1:${port}`;
    this.#folder = mkdtempSync(join(tmpdir(), 'eshm-prometheus-'));
    const config = join(this.#folder, 'prometheus.yml');
    writeFileSync(
      config,
      JSON.stringify({
        global: { scrape_interval: '1s', scrape_timeout: '1s' },
        scrape_configs: Object.entries(targets).map(([job, target]) => ({
          job_name: job,
          static_configs: [{ targets: [`127.0.0.1:${target}`] }],
        })),
      }),
    );
    const flags = [
      `--config.file=${config}`,
      `--storage.tsdb.path=${join(this.#folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--log.level=warn',
    ];
    this.#server = spawn('prometheus', flags, { stdio: ['ignore', 'ignore', 'pipe'] });
    this.#server.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.#said += text;
    });
  }

  async #isReady(): Promise<boolean> {
    if (this.#server.exitCode !== null) throw new Error(`Prometheus ended: ${this.#said}`);
    return fetch(`${this.#url}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
  }

  /** What a query gives over the last seconds, a value for each second. */
  async query(expr: string, lastS: number): Promise<Answer[]> {
    const now = Date.now() / 1000;
    const { status, data, error } = await this.#get('query_range', {
      query: expr,
      start: `${now - lastS}`,
      end: `${now}`,
      step: '1',
    });
    if (status !== 'success') throw new Error(`Cannot query ${expr}: ${error}`);
    return data.result;
  }

  /** Health of the targets, by job. */
  async targets(): Promise<
    Record<string, { health: string; lastError: string; lastScrapeDuration: number }>
  > {
    const { data } = await this.#get('targets', {});
    return Object.fromEntries(
      data.activeTargets.map((target: { labels: { job: string } }) => [target.labels.job, target]),
    );
  }

  // biome-ignore lint/suspicious/noExplicitAny: the answers of its HTTP API
  async #get(path: string, parameters: Record<string, string>): Promise<any> {
    const response = await fetch(`${this.#url}/api/v1/${path}?${new URLSearchParams(parameters)}`);
    return response.json();
  }

  /** Ends it, and removes its data. */
  async end(): Promise<void> {
    if (this.#server.exitCode === null) {
      const ended = once(this.#server, 'close');
      this.#server.kill('SIGTERM');
      await ended;
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
