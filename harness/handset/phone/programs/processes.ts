import { Sockets } from './sockets.ts';
export interface Process {
  readonly pid: number;
  /** As `ps` prints it: for an app, its package name. */
  readonly name: string;
  readonly user: string;
  readonly parent: number;
  /** True while the app runs a foreground service, which `dumpsys activity services` shows. */
  readonly service: boolean;
}

/**
 * The running programs. Whoever brings an app up (the screen, `am`) calls `start`, which changes nothing when
 * the app runs already; whoever ends it calls `stop`.
 */
export class Processes {
  /** Connections of the apps on the phone's own network. */
  readonly sockets = new Sockets();
  readonly #running = new Map<number, Process>();
  readonly #onEnd = new Map<number, readonly (() => void)[]>();
  #nextPid = 2101;

  constructor() {
    for (const process of BOOTED) this.#running.set(process.pid, process);
  }

  start(
    name: string,
    { user = 'u0_a123', service = false }: { user?: string; service?: boolean } = {},
  ): Process {
    const running = this.find(name);
    if (running && (running.service || !service)) return running;
    const process = { pid: running?.pid ?? this.#nextPid++, name, user, parent: ZYGOTE, service };
    this.#running.set(process.pid, process);
    return process;
  }

  /** True when the program was running. */
  stop(name: string): boolean {
    const running = this.find(name);
    return running !== undefined && this.kill(running.pid);
  }

  kill(pid: number): boolean {
    const killed = this.#running.delete(pid);
    const ended = this.#onEnd.get(pid);
    this.#onEnd.delete(pid);
    for (const callback of ended ?? []) callback();
    return killed;
  }

  /** Calls back once when the process has ended. */
  whenEnded(pid: number, callback: () => void): void {
    this.#onEnd.set(pid, [...(this.#onEnd.get(pid) ?? []), callback]);
  }

  find(name: string): Process | undefined {
    return this.list().find((process) => process.name === name);
  }

  get(pid: number): Process | undefined {
    return this.#running.get(pid);
  }

  list(): readonly Process[] {
    return [...this.#running.values()];
  }
}

const ZYGOTE = 612;

const BOOTED: readonly Process[] = [
  { pid: 1, name: 'init', user: 'root', parent: 0, service: false },
  { pid: 401, name: 'surfaceflinger', user: 'system', parent: 1, service: false },
  { pid: ZYGOTE, name: 'zygote64', user: 'root', parent: 1, service: false },
  { pid: 731, name: 'adbd', user: 'shell', parent: 1, service: false },
  { pid: 1000, name: 'system_server', user: 'system', parent: ZYGOTE, service: false },
  { pid: 1502, name: 'com.android.systemui', user: 'u0_a25', parent: ZYGOTE, service: false },
];
