import type { BeforeUse, OpenBench } from '../../experiment.ts';
import { compareApp, compareIdentity } from '../../gather/devices/identity/expect.ts';
import { daysAheadIn } from '../../gather/errands/rehearse.ts';
import { openGateway } from '../../gather/gateway/gateway.ts';
import type { BenchEntry } from '../../gather/devices/bench.ts';
import type { World } from '../../gather/devices/phone.ts';
import type { Resolve } from '../../gather/gateway/names.ts';
import { asTheyAre, madeUp } from '../../gather/gateway/names.ts';
import { openTap } from '../../gather/tap/open.ts';
import { DOMAIN, isOurHost, ownName } from '../../gather/tap/sites/pages.ts';
import type { PublicSite } from '../../gather/tap/sites/public.ts';
import { checkPublicSite } from '../../gather/tap/sites/public.ts';
import { Fault } from '../../lib/fault.ts';
import type { Plan } from '../../record/plan/plan.ts';
import { isReference } from '../../record/stamp.ts';
import type { Scenario } from '../../scenario.ts';
import type { AtBench, Places } from './at-bench.ts';

/**
 * Takes one device into use for a block: asks it whether it is what devices.json says, opens a tap, leads its traffic
 * there, puts our CA where its apps may trust it, and opens the browser's hands. Released in reverse: the phone is
 * put back as it was found.
 */
export async function openBench(
  { entry, world, clock, stamp, ground, soleWayOut, ways }: AtBench,
  browserName: string,
  {
    scenario,
    plan,
    bare,
    ...places
  }: { scenario: Scenario; plan: Plan; bare?: BeforeUse } & Places,
): Promise<OpenBench> {
  await using held = new AsyncDisposableStack();
  const device = entry.name;
  const way = ways(browserName, places);
  // Where nothing goes out, or a world of ours answers, every name is there; elsewhere only those that are.
  const site = await siteOf(entry, world, clock.now());
  const resolve = entry.egress === 'open' ? withOurs(site?.domain) : madeUp();
  const gateway = ground && held.use(await openGateway(ground, { resolve, clock }));
  const { egress } = entry;
  const daysAhead = await daysAheadIn(scenario);
  const tap = held.use(await openTap({ device, world, clock, gateway, egress, daysAhead, site }));
  const phone = held.use(await way.phone());
  const senders = ground && way.senders();
  if (senders) tap.askSenders(senders);
  const identity = await phone.identity();
  const app = await phone.app(way.browser.package);
  const unlike =
    compareIdentity(entry, identity) ??
    compareApp(device, browserName, entry.browsers[browserName] ?? '', app);
  if (unlike) throw unlike;

  const { run, seed } = plan;
  const about = {
    ...{ device, browserName, scenario, phone, tap, clock, identity, app },
    ...{ soleWayOut, stamp, run, seed },
    site: site?.domain ?? DOMAIN,
  };
  if (ground) {
    await phone.routeThrough(tap.port);
    const nobody = { browser: null, errands: null, reach: 'none' as const };
    await bare?.({ ...about, ...nobody }, async () => {
      await using hands = await way.hands();
      await hands.start();
    });
  }
  const reach = (await phone.trust(tap.caPem)) ? 'content' : 'metadata';
  if (reach !== entry.reach) throw reachDiffers(device, entry.reach, reach);
  if (!ground) await phone.routeThrough(tap.port);
  const browser = held.use(await way.hands());
  const errands = way.errands(tap);

  const all = held.move();
  return {
    bench: { ...about, browser, errands, reach },
    facts: {
      device,
      browserName,
      reference: isReference(stamp),
      stamp,
      model: identity.model,
      rom: [identity.romFamily, identity.romBuild, identity.romRegion].filter(Boolean).join(' '),
      fingerprint: identity.fingerprint,
      android: identity.android,
      rooted: identity.rooted,
      reach,
      browser: way.browser.label,
      package: app.package,
      appVersion: app.versionName,
      apkSha256: app.sha256,
      signer: app.signer,
      timelapse: entry.timelapse ?? 1,
      soleWayOut,
      egress: entry.egress,
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

/** The domain of the entry's own; where it names no files, its world certifies it. Fault: `beacon-unusable`. */
async function siteOf(
  { beacon }: Pick<BenchEntry, 'beacon'>,
  world: World | null,
  now: number,
): Promise<PublicSite | null> {
  if (!beacon) return null;
  const { cert = world?.site.cert ?? '', key = world?.site.key ?? '' } = beacon;
  return await checkPublicSite({ domain: beacon.host, cert, key }, now);
}

/** Our own hosts have no address in the public DNS, or another one: the device is to come to us for them. */
function withOurs(domain = DOMAIN): Resolve {
  const made = madeUp();
  return (name) =>
    isOurHost(name) || ownName(name, domain) !== null ? made(name) : asTheyAre(name);
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
