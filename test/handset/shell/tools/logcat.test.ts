import assert from 'node:assert/strict';
import { logFrame } from '../../../../harness/handset/phone/log.ts';
import { aPhone, NOON } from '../../a-phone.ts';
import { sh } from '../../a-shell.ts';

describe('logcat', () => {
  it('prints what is held with -d, and forgets it with -c', async () => {
    const phone = aPhone();
    phone.log.write('ActivityManager', 'Start proc', { pid: 42, priority: 'W' });
    const line = '11-23 01:02:03.004    42    42 W ActivityManager: Start proc\n';
    assert.equal(
      (await sh(phone, 'logcat -v threadtime -d')).out,
      `--------- beginning of main\n${line}`,
    );
    assert.equal((await sh(phone, 'logcat -c; logcat -d')).out, '--------- beginning of main\n');
  });

  it('prints a line at once and follows until the host hangs up', async () => {
    const phone = aPhone();
    const hangUp = new AbortController();
    const running = sh(phone, "export ANDROID_LOG_TAGS=\"''\"; exec logcat '-v' 'threadtime'", {
      signal: hangUp.signal,
    });
    await sh(phone, 'sleep 0');
    phone.log.write('Later', 'seen');
    hangUp.abort();
    const { out } = await running;
    assert.match(out, /^--------- beginning of main\n.* I Later   : seen\n$/);
  });

  it('writes frames with -B: two lengths, process, thread, seconds, nanoseconds, then priority, tag, message', () => {
    const entry = { at: NOON, pid: 1, tid: 2, priority: 'I' as const, tag: 'T', message: 'm' };
    assert.equal(
      logFrame(entry).toString('hex'),
      ['0500', '1400', '01000000', '02000000', '8b90036b', '00093d00', '04', '5400', '6d00'].join(
        '',
      ),
    );
  });
});
