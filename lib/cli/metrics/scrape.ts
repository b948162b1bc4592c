import { loadPromClient, type PromClient } from '../../metrics/prom-client.js';
import { inspectAll } from '../looking/inspect.js';
import { Labels } from '../looking/labels.js';
import { renderFindings } from './series.js';

/**
 * Pages of metrics, each from a look at all segments of this IPC namespace and all files of `/dev/shm`: read-only, from
 * outside the processes that use them, as `eshm ls` looks. Whoever asks while a look is under way gets its page too.
 */
export class Scraper {
  readonly #client: PromClient;
  readonly #labels: Labels;
  #underWay: Promise<string> | undefined;

  /**
   * @param names - names to show in the place of their keys: a segment does not know its own
   * @throws {EshmError} ESHM_UNSUPPORTED without `prom-client`
   */
  static async load(names: readonly string[]): Promise<Scraper> {
    const labels = new Labels(names);
    return new Scraper(await loadPromClient('show metrics'), labels);
  }

  private constructor(client: PromClient, labels: Labels) {
    this.#client = client;
    this.#labels = labels;
  }

  /** Of a page, for HTTP. */
  get contentType(): string {
    return this.#client.Registry.PROMETHEUS_CONTENT_TYPE;
  }

  /** A page as of now. Takes 10 ms, or the stale threshold where a flagged heart stands still. */
  page(): Promise<string> {
    this.#underWay ??= this.#look().finally(() => {
      this.#underWay = undefined;
    });
    return this.#underWay;
  }

  async #look(): Promise<string> {
    const findings = await inspectAll();
    return renderFindings(this.#client, findings, this.#labels);
  }
}
