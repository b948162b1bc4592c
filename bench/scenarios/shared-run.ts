import type { Bench } from '../bench.js';
import type { Driver } from '../driver.js';
import type { Round, Running } from '../scenario.js';

/** What one run showed, by the figure. */
export type Figures<Figure extends string> = Readonly<Record<Figure, Round>>;

/** A run that several rows are about: each run serves every row that is started once. */
export class SharedRun<Figure extends string> {
  readonly #start: (bench: Bench) => readonly Driver[];
  readonly #run: (bench: Bench, drivers: readonly Driver[]) => Promise<Figures<Figure>>;
  #drivers: readonly Driver[] | undefined;
  /** The run that is going on. */
  #running: Promise<void> | undefined;
  readonly #waiting = new Map<Figure, Round[]>();

  /**
   * @param start - the processes of a sitting, which the first row starts and the last one ends
   * @param run - one round of them
   */
  constructor(
    start: (bench: Bench) => readonly Driver[],
    run: (bench: Bench, drivers: readonly Driver[]) => Promise<Figures<Figure>>,
  ) {
    this.#start = start;
    this.#run = run;
  }

  /** One row of it. */
  start(bench: Bench, figure: Figure): Running {
    this.#drivers ??= this.#start(bench);
    const waiting: Round[] = [];
    this.#waiting.set(figure, waiting);
    return {
      round: async () => {
        if (waiting.length === 0) {
          this.#running ??= this.#serve(bench);
          await this.#running;
        }
        return waiting.shift()!;
      },
      stop: async () => {
        this.#waiting.delete(figure);
        if (this.#waiting.size > 0) return;
        await Promise.all(this.#drivers!.map((driver) => driver.quit()));
        this.#drivers = undefined;
      },
    };
  }

  /** A run, whose figures every row gets. */
  async #serve(bench: Bench): Promise<void> {
    try {
      const figures = await this.#run(bench, this.#drivers!);
      for (const [each, rounds] of this.#waiting) rounds.push(figures[each]);
    } finally {
      this.#running = undefined;
    }
  }
}
