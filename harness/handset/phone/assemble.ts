import type { Clock } from '../../lib/clock.ts';
import type { Chance } from '../../lib/seed.ts';
import { asked } from '../collectors/asked.ts';
import { createCollectors } from '../collectors/engine.ts';
import type { Past } from '../network/network.ts';
import { createNetwork } from '../network/network.ts';
import type { Rom } from '../roms/rom.ts';
import { ReverseTable } from '../adb/services/reverse-table.ts';
import { createAutomation } from '../uia2/automation.ts';
import { createEngine } from '../ui/browser/engine/engine.ts';
import { HandsetScreen } from '../ui/screen.ts';
import { Belongings } from './owner/belongings.ts';
import { phoneClock, settingsForApps, takeEffect } from './faults/effects.ts';
import { Faults, schedule } from './faults/faults.ts';
import { Files } from './storage/files.ts';
import { happened } from './owner/happened.ts';
import { LogBuffer } from './log.ts';
import { Packages } from './programs/packages.ts';
import type { Phone } from './phone.ts';
import { Processes } from './programs/processes.ts';
import { Settings } from './settings.ts';
import { Trace } from './trace.ts';

/** A phone put together from its ROM, switched on, and nobody connected yet. */
export interface Assembled extends AsyncDisposable {
  readonly phone: Phone;
  /** The table behind `phone.reverse`, for the adb port. */
  readonly reverse: ReverseTable;
}

/**
 * `authorities`: the certificates that the ROM ships, file name in its store → PEM. `past`: where to that goes which
 * goes past the proxy setting; without it, it is refused. `write` gets every trace line.
 */
export async function assemble({
  rom,
  clock: real,
  chance,
  authorities,
  past,
  write,
}: {
  rom: Rom;
  clock: Clock;
  chance: Chance;
  authorities: ReadonlyMap<string, string>;
  past?: Past | undefined;
  write?: (line: string) => void;
}): Promise<Assembled> {
  await using stack = new AsyncDisposableStack();
  const faults = new Faults();
  const clock = phoneClock(real, faults);
  const files = new Files(clock);
  for (const [name, pem] of authorities) files.write(`${rom.systemStore}/${name}`, pem);
  const settings = new Settings(rom.settings);
  const packages = new Packages(rom, files);
  const processes = new Processes();
  const log = new LogBuffer(clock);
  const reverse = new ReverseTable();
  const forApps = settingsForApps(settings, faults);
  const trace = new Trace(write && { write });
  const note = (what: string): void => {
    trace.record({ kind: 'past', what, known: true });
  };
  const network = stack.use(
    await createNetwork(
      { rom, settings: forApps, files, reverse },
      { past, note, sockets: processes.sockets },
    ),
  );
  const collectors = stack.use(createCollectors({ rom, clock, chance, settings, network }));
  const engine =
    rom.engine === 'chromium'
      ? stack.use(createEngine({ rom, settings: forApps, files, reverse, log }, past === 'air'))
      : undefined;
  const belongings = new Belongings();
  const own = { rom, clock, settings, belongings, packages, processes, files, faults };
  const screen = new HandsetScreen({ ...own, network, collectors, engine });
  belongings.watch((table, row) => {
    const what = happened(table, row, files);
    if (what) screen.tell(what.kind, what.role, what.values);
  });
  const properties = new Map(Object.entries(rom.properties));
  const ask: Phone['ask'] = (name, values) => asked(rom, collectors, name, values);
  const most = { ...own, chance, properties, log, reverse, network, engine, screen, trace, ask };
  const phone: Phone = { ...most, automation: createAutomation(most) };
  takeEffect(faults, { properties, files, screen, reverse, forApps });
  const life = new AbortController();
  stack.defer(() => {
    life.abort();
  });
  schedule(rom.faults, faults, real, life.signal);
  screen.tell('boot');
  const held = stack.move();
  return { phone, reverse, [Symbol.asyncDispose]: () => held.disposeAsync() };
}
