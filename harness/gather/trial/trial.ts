import { Fault, rootError } from '../../lib/fault.ts';
import type { TrialFolder } from '../../record/archive.ts';
import type { PlannedTrial } from '../../record/plan/plan.ts';
import type { TrialRecord } from '../../record/trial.ts';
import { AS_DELIVERED } from '../../scenario.ts';
import { textsOf } from '../errands/deed.ts';
import type { Capture } from '../tap/tap.ts';
import { given, stepsLast } from '../doses.ts';
import type { Bench } from './bench.ts';
import { Notes } from './notes.ts';
import { timed } from './timed.ts';

/**
 * One trial: connect → wash out → listen → make ready → beacon → steps → follow-up window, the same under every
 * condition. A Fault on the way makes the trial void with its reason; it never makes it disappear. Draws no
 * conclusion about canaries.
 */
export async function runTrial(
  bench: Bench,
  planned: PlannedTrial,
  folder: TrialFolder,
  signal: AbortSignal,
): Promise<TrialRecord> {
  const { phone, browser, errands, tap, clock, scenario } = bench;
  const notes = new Notes(bench, planned, folder);
  let capture: Capture | null = null;
  let ended: unknown = null;
  try {
    notes.stage('connect');
    if (!(await phone.routeStands())) {
      await phone.reroute(signal);
      notes.check('clean-start', false, 'the way through the tap had been lost, and was put back');
    } else notes.check('clean-start', true, 'proxy and reverse rule stood as set');

    notes.stage('wash out');
    await errands.washOut();
    await phone.clear(bench.app.package);

    notes.stage('listen');
    for (const [page, title] of notes.titles()) tap.title(new URL(page).pathname, title);
    capture = await tap.capture(folder);

    notes.stage('make ready');
    // The phone's factors first: the capture holds what is sent from before the browser asks for its first consent.
    const factors = Object.keys(planned.condition);
    for (const factor of factors.filter((one) => errands.knows(one))) {
      await errands.set(factor, planned.condition[factor] ?? '');
    }
    await browser.start();
    for (const factor of browser.inOrder(factors.filter((one) => !errands.knows(one)))) {
      const level = planned.condition[factor] ?? '';
      if (level !== AS_DELIVERED) await browser.set(factor, level);
    }
    await notes.readBack('before');

    notes.stage('beacon');
    await browser.open(`https://${notes.beacon.value}.beacon.${bench.site}/`);
    await notes.positiveControl(capture, signal);

    notes.stage('steps');
    const canaries = given(notes.canaries, scenario.doses, planned.dose);
    const steps = async (): Promise<void> => {
      await scenario.steps(timed(browser, notes, bench.site), canaries, async (deed) => {
        notes.plant(textsOf(deed));
        if (deed.do === 'reboot') notes.climb('reboot');
        if (deed.do === 'turn clock') notes.turn(deed.days);
        if (deed.do === 'idle') await clock.wait(deed.seconds * 1000, signal);
        else await errands.run(deed, signal);
      });
    };
    if (planned.dose !== 'no visit') await steps();
    if (planned.dose === undefined) {
      notes.check('steps', true, 'every page asked for was the page shown');
    } else await notes.lasting(stepsLast(clock.scaled), signal);

    notes.stage('follow-up');
    await clock.wait(scenario.followUpMs / 2, signal);
    await errands.halfTime(planned.condition);
    await clock.wait(scenario.followUpMs / 2, signal);
    await notes.readBack('after');
    await notes.unchanged();
    if (!(await phone.routeStands())) {
      notes.check('accounted', false, 'the way through the tap was lost during the trial');
    }
  } catch (error) {
    if (signal.aborted) throw error;
    ended = rootError(error);
    if (ended instanceof Fault) ended = (await phone.trouble().catch(faultOnly)) ?? ended;
    if (!(ended instanceof Fault)) notes.bug(ended);
    await notes.lastLook();
  }
  capture?.ending();
  await phone.rest();
  return await notes.close(capture, ended instanceof Fault ? ended : null);
}

function faultOnly(error: unknown): Fault | null {
  return error instanceof Fault ? error : null;
}
