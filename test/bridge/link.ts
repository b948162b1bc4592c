/** The link of one bridge to its server: it can be cut, and be slow. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** Ends with {@link endAll}. */
export class Link {
  static readonly #all = new Set<Link>();

  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  /**
   * @param port - of the server, on this machine
   * @param delayMs - how much later each piece arrives, in each direction
   */
  static async to(port: number, delayMs = 0): Promise<Link> {
    const link = new Link(port, delayMs);
    link.#server.listen(0, '127.0.0.1');
    await once(link.#server, 'listening');
    return link;
  }

  /** For an afterEach hook. */
  static endAll(): void {
    for (const link of Link.#all) link.#end();
  }

  private constructor(port: number, delayMs: number) {
    Link.#all.add(this);
    this.#server = createServer((near) => {
      const far = connect(port, '127.0.0.1');
      this.#pass(near, far, delayMs);
      this.#pass(far, near, delayMs);
    });
  }

  get url(): string {
    return `nats://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Ends the connections over it; new ones can be made at once. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  #pass(from: Socket, to: Socket, delayMs: number): void {
    this.#sockets.add(from);
    from.setNoDelay(true);
    from.on('data', (data) => {
      const write = () => {
        if (to.writable) to.write(data);
      };
      if (delayMs === 0) write();
      else setTimeout(write, delayMs);
    });
    from.on('error', () => {});
    from.on('close', () => {
      this.#sockets.delete(from);
      to.destroy();
    });
  }

  #end(): void {
    Link.#all.delete(this);
    this.#server.close();
    this.cut();
  }
}
