/** The TCP connections that apps of the phone have open on its network: what `/proc/net/tcp` is made from. */
export class Sockets {
  readonly #open = new Map<number, { readonly package: string }>();
  #next = FIRST;

  /** A local port for one connection of an app, its own until it is released. */
  open(packageName: string): Disposable & { readonly port: number } {
    const port = this.#next;
    this.#next = port + 1 < BEYOND ? port + 1 : FIRST;
    this.#open.set(port, { package: packageName });
    return {
      port,
      [Symbol.dispose]: () => {
        this.#open.delete(port);
      },
    };
  }

  /** Local port and app of each, the oldest first. */
  list(): readonly { readonly port: number; readonly package: string }[] {
    return [...this.#open].map(([port, one]) => ({ port, ...one }));
  }
}

/** Below the ports that the kernel of this machine gives away by itself. */
const FIRST = 20_000;
const BEYOND = 32_000;
