import type { OpenBench } from '../../experiment.ts';
import { openBrowser } from '../../gather/browsers/hands.ts';
import type { BrowserProfile } from '../../gather/browsers/profile.ts';
import { openPhone } from '../../gather/devices/android.ts';
import { compareApp, compareIdentity } from '../../gather/devices/expect.ts';
import { openTap } from '../../gather/tap/open.ts';
import { Fault } from '../../lib/fault.ts';
import type { Plan } from '../../record/plan.ts';
import type { Scenario } from '../../scenario.ts';
import type { AtBench } from './lab.ts';

/**
 * Takes one device into use for a block: asks it whether it is what devices.json says, opens a tap, leads its traffic
 * there, puts our CA where its apps may trust it, and opens the browser's hands. Released in reverse: the phone is
 * put back as it was found.
 */
export async function openBench(
  { entry, link, clock }: AtBench,
  browser: string,
  profile: BrowserProfile,
  {
    scenario,
    plan,
    workDir,
    undoDir,
  }: { scenario: Scenario; plan: Plan; workDir: string; undoDir: string },
): Promise<OpenBench> {
  await using held = new AsyncDisposableStack();
  const tap = held.use(await openTap({ device: link.name, world: link.world, clock }));
  const phone = held.use(await openPhone(link, { undoDir, clock }));
  const identity = await phone.identity();
  const app = await phone.app(profile.package);
  const unlike =
    compareIdentity(entry, identity) ??
    compareApp(link.name, browser, entry.browsers[browser] ?? '', app);
  if (unlike) throw unlike;

  const reach = (await phone.trust(tap.caPem)) ? 'content' : 'metadata';
  if (reach !== entry.reach) throw reachDiffers(link.name, entry.reach, reach);
  await phone.routeThrough(tap.port);
  const hands = held.use(await openBrowser(link, profile, { clock, workDir }));

  const soleWayOut = link.reference;
  const all = held.move();
  return {
    bench: {
      device: link.name,
      browserName: browser,
      scenario,
      phone,
      browser: hands,
      tap,
      clock,
      identity,
      app,
      reach,
      soleWayOut,
      reference: link.reference,
      run: plan.run,
      seed: plan.seed,
    },
    facts: {
      device: link.name,
      reference: link.reference,
      stamp: link.reference ? 'REFERENCE HANDSET' : '',
      model: identity.model,
      rom: [identity.romFamily, identity.romBuild, identity.romRegion].filter(Boolean).join(' '),
      fingerprint: identity.fingerprint,
      android: identity.android,
      rooted: identity.rooted,
      reach,
      browser: profile.label,
      package: app.package,
      appVersion: app.versionName,
      apkSha256: app.sha256,
      signer: app.signer,
      timelapse: entry.timelapse ?? 1,
      soleWayOut,
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

function reachDiffers(device: string, expected: string, measured: string): Fault {
  return new Fault(
    'not-as-expected',
    `${device}: devices.json says reach "${expected}", measured "${measured}": ` +
      (measured === 'metadata'
        ? 'the system store did not take our CA (the phone is not rooted)'
        : 'the system store took our CA'),
    `Write "reach": "${measured}" in devices.json, or take another phone.`,
  );
}
