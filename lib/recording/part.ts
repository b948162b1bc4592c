import { Counting, sequenceOf } from './counting.js';
import type { McapFile } from './mcap-file.js';
import type { ObservedMessage } from './observed.js';
import { type RecordedState, stateJson } from './state.js';
import { type ChannelFacts, jsonTopic, rawTopic, stateTopic } from './topics.js';
import type { View } from './views.js';

/** One file of a tape, and what a reader of it knows so far. */
export class Part {
  readonly file: McapFile;
  /** Whether there is more in it than the state of the channels at its beginning. */
  hasMessages = false;
  readonly #topics = new Map<string, number>();
  readonly #countings = new Map<string, Counting>();
  readonly #generations = new Map<string, number | undefined>();

  constructor(file: McapFile) {
    this.file = file;
  }

  state(state: RecordedState, factsOf: (name: string) => ChannelFacts): void {
    const { name } = state;
    const id = this.#topic(`${name}\0state`, () => stateTopic(factsOf(name)));
    if (state.generation !== undefined) this.#generations.set(name, state.generation);
    this.file.add(id, 0, state.at, Buffer.from(stateJson(state)));
  }

  message(message: ObservedMessage, view: View | undefined, factsOf: (name: string) => ChannelFacts): void {
    const { name, direction, count, missed, generation, shm, at, data } = message;
    this.hasMessages = true;
    const topic = `${name}\0${direction}`;
    const facts = () => ({ ...factsOf(name), generation, shm });
    const id = this.#topic(topic, () => rawTopic(facts(), direction));
    const counting = this.#counting(topic);
    const sequence = sequenceOf(count);
    const follows = counting.peek(sequence);
    const isNews =
      follows.count !== count || follows.missed !== missed || this.#generations.get(name) !== generation;
    if (isNews) {
      this.state({ event: 'message', name, at, shm, generation, direction, count, missed }, factsOf);
      counting.state({ count, missed });
    }
    counting.next(sequence);
    this.file.add(id, sequence, at, data);
    if (view !== undefined) {
      const json = this.#topic(`${topic}\0${view.title}`, () =>
        jsonTopic(facts(), direction, view.title, view.schema()),
      );
      this.file.add(json, sequence, at, Buffer.from(view.json));
    }
  }

  #topic(key: string, make: () => Parameters<McapFile['addTopic']>[0]): number {
    let id = this.#topics.get(key);
    if (id === undefined) {
      id = this.file.addTopic(make());
      this.#topics.set(key, id);
    }
    return id;
  }

  #counting(topic: string): Counting {
    let counting = this.#countings.get(topic);
    if (counting === undefined) {
      counting = new Counting();
      this.#countings.set(topic, counting);
    }
    return counting;
  }
}
