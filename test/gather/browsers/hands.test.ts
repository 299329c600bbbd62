import assert from 'node:assert/strict';
import { Hands } from '../../../harness/gather/browsers/hands.ts';
import { mint } from '../../../harness/gather/browsers/profiles/mint.ts';
import { Fault } from '../../../harness/lib/fault.ts';
import { aSteppingClock } from '../../pretend-bench.ts';
import { PretendBrowser } from './pretend-driver.ts';

const PAGE = 'https://visited.leaklab.test/a1b2';

describe('hands on a browser', () => {
  it('get past the first-run screens to the address box', async () => {
    const { phone, hands } = await started();
    assert.equal(phone.screen, 'home');
    assert.deepEqual(phone.did, ['activate', 'go home']);
    await hands[Symbol.asyncDispose]();
  });

  it('set a switch where it stands wrong, and only there', async () => {
    const { phone, hands } = await started();
    await hands.set('enhanced incognito', 'on');
    assert.ok(!phone.did.includes('switch'));
    await hands.set('enhanced incognito', 'off');
    await hands.set('enhanced incognito', 'off');
    assert.equal(phone.enhanced, 'off');
    assert.equal(phone.did.filter((one) => one === 'switch').length, 1);
  });

  it('read a factor back with the words beside it, and leave the screen they came from', async () => {
    const { phone, hands } = await started();
    await hands.set('mode', 'incognito');
    const mode = await hands.read('mode');
    assert.deepEqual([mode.level, mode.caption], ['incognito', 'Incognito mode']);
    assert.equal(mode.picture.toString(), 'picture');
    assert.match(mode.tree, /Incognito mode/);
    assert.equal(phone.screen, 'home');

    await hands.open(PAGE);
    const enhanced = await hands.read('enhanced incognito');
    assert.deepEqual(
      [enhanced.level, enhanced.caption],
      ['on', 'Enhanced incognito mode · Applies in incognito'],
    );
    assert.equal(phone.screen, 'page');
  });

  it("never take the next row's switch for the one that is not there", async () => {
    const { phone, hands } = await started();
    phone.hideSwitch = true;
    await assert.rejects(hands.set('enhanced incognito', 'off'), { code: 'switch-not-found' });
    await assert.rejects(hands.read('enhanced incognito'), {
      code: 'switch-not-found',
      message:
        /no row for "enhanced incognito" on the screen; looked for "Enhanced incognito mode"/,
    });
    assert.equal(phone.enhanced, 'on');
  });

  it('refuse a factor or level that the browser never had', async () => {
    const { hands } = await started();
    await assert.rejects(hands.set('colour', 'red'), { code: 'switch-not-found' });
    await assert.rejects(hands.set('mode', 'guest'), {
      code: 'switch-not-found',
      message: 'Mint Browser has no "mode" with a level "guest"',
    });
  });

  it('prove that the page asked for is the page shown', async () => {
    const { phone, hands } = await started();
    await hands.open(PAGE);
    assert.deepEqual(phone.page?.url, PAGE);
    phone.redirects.set(`${PAGE}/2`, 'https://portal.example/login');
    await assert.rejects(hands.open(`${PAGE}/2`), {
      code: 'page-not-shown',
      message: /shows something else: address "https:\/\/portal\.example\/login", title "A title"$/,
    });
  });

  it('load a page again that failed, once', async () => {
    const { phone, hands } = await started();
    phone.broken.set(PAGE, 1);
    await hands.open(PAGE);
    assert.equal(phone.did.filter((one) => one === `load ${PAGE}`).length, 2);
    phone.broken.set(`${PAGE}/3`, 2);
    await assert.rejects(hands.open(`${PAGE}/3`), {
      code: 'page-not-shown',
      message: /shows an error page/,
    });
  });

  it('choose the search engine only where another is chosen, and prove the results', async () => {
    const { phone, hands } = await started();
    await hands.search('Google', 'yellow submarine');
    await hands.search('DuckDuckGo', 'green onion');
    await hands.search('DuckDuckGo', 'blue moon');
    assert.equal(phone.did.filter((one) => one === 'engine DuckDuckGo').length, 1);
    assert.ok(!phone.did.includes('engine Google'));
    assert.equal(phone.page?.url, 'https://duckduckgo.com/?q=blue%20moon');
  });

  it("do not take an engine's CAPTCHA for its results", async () => {
    const { phone, hands } = await started();
    const asked = 'https://www.google.com/search?q=yellow';
    phone.redirects.set(asked, `https://www.google.com/sorry/index?q=yellow&continue=${asked}`);
    await assert.rejects(hands.search('Google', 'yellow'), { code: 'page-not-shown' });
  });

  it('open a new session after a hundred starts, since the automation server keeps what it was told', async () => {
    const { hands, sessions } = await started();
    for (let starts = 1; starts < 100; starts++) await hands.start();
    assert.equal(sessions(), 1);
    await hands.start();
    assert.equal(sessions(), 2);
    await hands.start();
    assert.equal(sessions(), 2);
  });

  it('open a new session at the next start when the old one is lost', async () => {
    const { phone, hands, sessions } = await started();
    phone.trouble.push(new Fault('session-lost', 'instrumentation crashed', 'Go on.'));
    await assert.rejects(hands.open(PAGE), { code: 'session-lost' });
    await assert.rejects(hands.look(), { code: 'session-lost' });
    assert.equal(sessions(), 1);
    await hands.start();
    await hands.open(PAGE);
    assert.equal(sessions(), 2);
  });
});

async function started(): Promise<{
  phone: PretendBrowser;
  hands: Hands;
  sessions: () => number;
}> {
  const phone = new PretendBrowser();
  let sessions = 0;
  const open = (): Promise<ReturnType<PretendBrowser['driver']>> => {
    sessions++;
    return Promise.resolve(phone.driver());
  };
  const hands = new Hands(open, mint, aSteppingClock());
  await hands.start();
  return { phone, hands, sessions: () => sessions };
}
