import assert from 'node:assert/strict';
import { aPhone } from '../../a-phone.ts';
import type { PretendPhone } from '../../a-phone.ts';
import { sh } from '../../a-shell.ts';

interface Row {
  readonly script: string;
  readonly out?: string | RegExp;
  readonly err?: string;
  readonly code?: number;
  /** What the screen or the automation server was told. */
  readonly deeds?: readonly string[];
}

const EXPECTED: Readonly<Record<string, readonly Row[]>> = {
  'properties and settings': [
    { script: 'getprop ro.product.model; getprop none', out: 'Model One\n\n' },
    { script: 'getprop | head -1', out: '[ro.build.version.release]: [9]\n' },
    {
      script: 'settings get secure android_id; settings get global none',
      out: '0123456789abcdef\nnull\n',
    },
    {
      script: 'settings put global http_proxy 127.0.0.1:8080; settings get global http_proxy',
      out: '127.0.0.1:8080\n',
    },
    {
      script: 'settings --user 0 put global a "b c"; settings list global',
      out: 'a=b c\nwifi_on=1\n',
    },
    {
      script: 'settings delete global wifi_on; settings delete global none',
      out: 'Deleted 1 rows\nDeleted 0 rows\n',
    },
    { script: 'appops set io.appium.settings android:mock_location allow', out: '' },
    { script: 'content query --uri content://sms', out: 'No result found.\n' },
  ],
  'what dumpsys tells': [
    { script: 'dumpsys package org.none', out: 'Unable to find package: org.none\n' },
    {
      script: 'dumpsys package org.example.browser',
      out: /Packages:\n  Package \[org\.example\.browser\] \(\w+\):\n    userId=10100\n    codePath=\/data\/app\/org\.example\.browser\n    versionCode=10 minSdk=26 targetSdk=28\n    versionName=1\.0\n[\s\S]*signatures=PackageSignatures\{\w+ version:2, signatures:\[\w{8}\], past signatures:\[\]\}[\s\S]*requested permissions:\n      android\.permission\.INTERNET\n    install permissions:\n      android\.permission\.INTERNET: granted=true\n[\s\S]*installed=true/,
    },
    {
      script:
        'pm grant org.example.browser android.permission.CAMERA; dumpsys package org.example.browser | grep USER_SET',
      out: '        android.permission.CAMERA: granted=true, flags=[ USER_SET ]\n',
    },
    {
      script: 'dumpsys activity services io.appium.settings',
      out: 'ACTIVITY MANAGER SERVICES (dumpsys activity services)\n  (nothing)\n',
    },
    { script: 'dumpsys activity processes | grep system_server', out: '', code: 1 },
    {
      script: 'dumpsys activity processes | grep APP',
      out: '  *APP* UID 1000 ProcessRecord{5de 1502:com.android.systemui/u0_a25}\n',
    },
    {
      script: 'dumpsys activity activities | grep mResumed',
      out: '  mResumedActivity: ActivityRecord{1a2b3c u0 org.example.home/org.example.home.Home t10}\n',
    },
    {
      script: 'dumpsys window displays | grep mCurrentFocus',
      out: '  mCurrentFocus=Window{abc1 u0 org.example.home/org.example.home.Home}\n',
    },
    {
      script: 'dumpsys window | grep -i showing',
      out: '  mShowingLockscreen=false\n    mIsShowing=false\n',
    },
    {
      script: 'dumpsys window | grep mScreenOn',
      out: '  mScreenOnFully=true screenState=SCREEN_STATE_ON\n',
    },
    { script: 'dumpsys power | grep Wake', out: '  mWakefulness=Awake\n' },
    { script: 'dumpsys battery | grep level', out: '  level: 97\n' },
    {
      script: 'dumpsys deviceidle whitelist +a.b ; dumpsys deviceidle whitelist +c.d',
      out: 'Added: a.b\nAdded: c.d\n',
    },
    {
      script: 'dumpsys input_method | grep Shown',
      out: '  mInputShown=false\n  mIsInputViewShown=false\n',
    },
    {
      script: 'dumpsys wifi; svc wifi disable; dumpsys wifi; settings get global wifi_on',
      out: 'Wi-Fi is enabled\nWi-Fi is disabled\n0\n',
    },
    { script: 'dumpsys nosuch', err: "Can't find service: nosuch\n", code: 1 },
  ],
  packages: [
    { script: 'pm list packages', out: 'package:org.example.browser\npackage:org.example.home\n' },
    { script: 'pm list packages -3', out: 'package:org.example.browser\n' },
    {
      script: 'cmd package list packages --show-versioncode',
      out: 'package:org.example.browser versionCode:10\npackage:org.example.home versionCode:10\n',
    },
    {
      script: 'pm path --user cur org.example.browser',
      out: 'package:/data/app/org.example.browser/base.apk\n',
    },
    { script: 'pm path org.none 2>/dev/null', out: '', code: 1 },
    {
      script: 'sha256sum /data/app/org.example.browser/base.apk',
      out: /^[0-9a-f]{64}  \/data\/app\/org\.example\.browser\/base\.apk\n$/,
    },
    { script: 'pm list instrumentation', out: '' },
    { script: 'pm install /none.apk', err: 'Failure [INSTALL_FAILED_INVALID_URI]\n', code: 1 },
    {
      script: 'pm uninstall org.example.browser; pm list packages',
      out: 'Success\npackage:org.example.home\n',
      deeds: ['stop org.example.browser'],
    },
    {
      script: 'pm uninstall org.example.home',
      out: 'Failure [DELETE_FAILED_INTERNAL_ERROR]\n',
      code: 1,
    },
    {
      script: 'pm clear org.example.browser',
      out: 'Success\n',
      deeds: ['clear org.example.browser'],
    },
    {
      script: 'cmd package resolve-activity --brief org.example.browser',
      out: 'priority=0 preferredOrder=0 match=0x108000 specificIndex=-1 isDefault=true\norg.example.browser/org.example.browser.Main\n',
    },
    { script: 'cmd package resolve-activity --brief org.none', out: 'No activity found\n' },
    { script: 'pm revoke org.example.browser android.permission.CAMERA', out: '' },
    { script: 'cmd nosuch x', err: "cmd: Can't find service: nosuch\n", code: 20 },
    { script: 'cmd notification allow_listener io.appium.settings/.NLService', out: '' },
  ],
  activities: [
    {
      script:
        'am start-activity -W -n org.example.browser/.Main -S -a android.intent.action.MAIN -c android.intent.category.LAUNCHER -f 0x10200000',
      out: 'Starting: Intent { act=android.intent.action.MAIN cmp=org.example.browser/.Main }\nStatus: ok\nLaunchState: COLD\nActivity: org.example.browser/.Main\nTotalTime: 120\nWaitTime: 125\nComplete\n',
      deeds: [
        'stop org.example.browser',
        'launch org.example.browser org.example.browser.Main true',
      ],
    },
    {
      script: 'am start -n org.example.browser/.Missing',
      out: 'Starting: Intent { cmp=org.example.browser/.Missing }\n',
      err: 'Error type 3\nError: Activity class {org.example.browser/org.example.browser.Missing} does not exist.\n',
      code: 1,
    },
    {
      script: 'am start -n org.none/.A',
      out: 'Starting: Intent { cmp=org.none/.A }\n',
      err: 'Error type 3\nError: Activity class {org.none/org.none.A} does not exist.\n',
      code: 1,
    },
    {
      script:
        'am start -W -a android.intent.action.VIEW -d https://example.org/ org.example.browser | head -2',
      out: 'Starting: Intent { act=android.intent.action.VIEW dat=https://example.org/ pkg=org.example.browser }\nStatus: ok\n',
      deeds: ['open https://example.org/ org.example.browser'],
    },
    { script: 'am force-stop org.example.browser', out: '', deeds: ['stop org.example.browser'] },
    { script: 'am get-current-user', out: '0\n' },
    {
      script: 'am broadcast -a android.intent.action.MEDIA_SCANNER_SCAN_FILE',
      out: 'Broadcasting: Intent { act=android.intent.action.MEDIA_SCANNER_SCAN_FILE }\nBroadcast completed: result=0\n',
    },
    {
      script:
        'am broadcast --include-stopped-packages -a lab.leaklab.known.TELL -n org.example.browser/.Tell --es gzip one --es dns two',
      out: 'Broadcasting: Intent { act=lab.leaklab.known.TELL cmp=org.example.browser/.Tell }\nBroadcast completed: result=-1, data="gzip,dns"\n',
      deeds: ['ask org.example.browser gzip=one dns=two'],
    },
    {
      script: 'am broadcast -a lab.leaklab.known.TELL -n org.none/.Tell --es gzip one',
      out: 'Broadcasting: Intent { act=lab.leaklab.known.TELL cmp=org.none/.Tell }\nBroadcast completed: result=0\n',
    },
    {
      script: 'am instrument -w org.none/.Runner | tail -1',
      out: 'android.util.AndroidException: INSTRUMENTATION_FAILED: org.none/.Runner\n',
    },
    { script: 'am nosuch', err: 'Unknown command: nosuch\n', code: 255 },
  ],
  processes: [
    { script: 'ps --help | grep "^-A"', out: /-A\tAll processes/ },
    {
      script: 'ps -A | head -2',
      out: 'USER           PID  PPID     VSZ    RSS WCHAN            ADDR S NAME\nroot             1     0 1234567  98765 0                   0 S init\n',
    },
    { script: 'pidof org.example.home; pgrep system_server', out: '2101\n1000\n' },
    { script: 'pidof org.none', code: 1 },
    { script: 'kill 99999', err: 'kill: 99999: No such process\n', code: 1 },
  ],
  files: [
    { script: 'cat /none', err: 'cat: /none: No such file or directory\n', code: 1 },
    {
      script:
        'mkdir -p -- /data/local/tmp/a/b && touch /data/local/tmp/a/b/c && ls /data/local/tmp/a/b && rm -rf /data/local/tmp/a && ls /data/local/tmp',
      out: 'c\n',
    },
    { script: 'rm /none', err: 'rm: /none: No such file or directory\n', code: 1 },
    {
      script: 'mkdir /data/local/tmp/d && rmdir /data/local/tmp/d && ls /data/local/tmp',
      out: '',
    },
    {
      script: 'mkdir -p /data/local/tmp/d/e; rmdir /data/local/tmp/d',
      err: 'rmdir: /data/local/tmp/d: Directory not empty\n',
      code: 1,
    },
    { script: 'mkdir /data/x', err: 'mkdir: /data/x: Permission denied\n', code: 1 },
    {
      script: 'echo abc > /data/local/tmp/f; md5sum /data/local/tmp/f',
      out: '0bee89b07a248e27c83fc3d5951213c1  /data/local/tmp/f\n',
    },
    {
      script:
        'echo abc > /sdcard/f; mv /sdcard/f /sdcard/g; chmod 600 /sdcard/g; ls -l /storage/emulated/0/g',
      out: '-rw------- 1 root root 4 2026-11-23 01:02 /storage/emulated/0/g\n',
    },
    {
      script: 'stat -c %a:%s /data/local/tmp; stat /none',
      out: '755:4096\n',
      err: 'stat: /none: No such file or directory\n',
      code: 1,
    },
    {
      script: 'df | head -1',
      out: 'Filesystem       1K-blocks     Used Available Use% Mounted on\n',
    },
    {
      script: 'cat /proc/net/unix | head -1',
      out: 'Num       RefCount Protocol Flags    Type St Inode Path\n',
    },
  ],
  'time, display, keyboard, radios, fingers': [
    { script: 'date +%Y-%m-%dT%T%z; date +%s', out: '2026-11-23T01:02:03+0000\n1795395723\n' },
    { script: 'wm size; wm density', out: 'Physical size: 1080x2400\nPhysical density: 440\n' },
    {
      script: 'ime enable a/.B; ime set a/.B; settings get secure default_input_method',
      out: 'Input method a/.B: now enabled for user #0\nInput method a/.B selected for user #0\na/.B\n',
    },
    {
      script:
        'cmd -w wifi set-wifi-enabled disabled; settings get global wifi_on; cmd -w wifi set-wifi-enabled enabled; settings get global wifi_on',
      out: '0\n1\n',
    },
    {
      script:
        'cmd phone data disable; settings get global mobile_data; svc data enable; settings get global mobile_data',
      out: '0\n1\n',
    },
    {
      script:
        'cmd connectivity airplane-mode; cmd connectivity airplane-mode enable; cmd connectivity airplane-mode; settings get global airplane_mode_on',
      out: 'disabled\nenabled\n1\n',
    },
    {
      script: 'input tap 10 20; input text a%sb; input keyevent KEYCODE_BACK 66',
      deeds: ['tap 10 20', 'type a b', 'key 4', 'key 66'],
    },
    {
      script: 'monkey -p org.example.browser -c android.intent.category.LAUNCHER 1',
      out: 'Events injected: 1\n',
      deeds: ['launch org.example.browser org.example.browser.Main false'],
    },
    { script: 'screencap -p /sdcard/s.png; wc -c /sdcard/s.png', out: '8\n' },
    {
      script: 'id; whoami',
      out: 'uid=2000(shell) gid=2000(shell) groups=2000(shell),1004(input),1007(log),3003(inet) context=u:r:shell:s0\nshell\n',
    },
  ],
};

describe('the tools of the shell', () => {
  for (const [group, rows] of Object.entries(EXPECTED)) {
    describe(`for ${group}`, () => {
      for (const { script, out = '', err = '', code = 0, deeds } of rows) {
        it(`answer ${script}`, async () => {
          const phone = aPhone();
          const ran = await sh(phone, script);
          if (typeof out === 'string') assert.equal(ran.out, out);
          else assert.match(ran.out, out);
          assert.deepEqual({ err: ran.err, code: ran.code }, { err, code });
          if (deeds) assert.deepEqual(phone.deeds, deeds);
          assert.equal(phone.trace.unknown().length, /nosuch/.test(script) ? 1 : 0);
        });
      }
    });
  }
});

describe('am instrument', () => {
  const RUNNER = 'io.appium.uiautomator2.server.test/androidx.test.runner.AndroidJUnitRunner';
  const withServer = (phone: PretendPhone): void => {
    const apk = {
      versionName: '1',
      versionCode: 1,
      activity: null,
      signer: '00000000',
      sha256: '00',
      size: 1,
      minSdk: 1,
      targetSdk: 1,
      permissions: [],
      instrumentation: null,
    };
    phone.packages.install({ ...apk, package: 'io.appium.uiautomator2.server' });
    phone.packages.install({
      ...apk,
      package: 'io.appium.uiautomator2.server.test',
      instrumentation: {
        runner: 'androidx.test.runner.AndroidJUnitRunner',
        target: 'io.appium.uiautomator2.server',
      },
    });
  };

  it('goes on until the server is force-stopped, and then leaves no process', async () => {
    const phone = aPhone();
    withServer(phone);
    const running = sh(phone, `am instrument -w -e disableAnalytics true ${RUNNER}`);
    await sh(phone, 'sleep 0');
    assert.equal((await sh(phone, 'pidof io.appium.uiautomator2.server')).code, 0);
    await sh(phone, 'am force-stop io.appium.uiautomator2.server');
    const { out } = await running;
    assert.match(
      out,
      /^INSTRUMENTATION_STATUS: class=[\s\S]*test=startServer\nINSTRUMENTATION_STATUS_CODE: 1\n[\s\S]*INSTRUMENTATION_CODE: -1\n$/,
    );
    assert.equal((await sh(phone, 'pidof io.appium.uiautomator2.server')).code, 1);
    assert.equal(phone.automation.listening, false);
  });

  it('of an older run does not take the server from a newer one', async () => {
    const phone = aPhone();
    withServer(phone);
    const older = sh(phone, `am instrument -w ${RUNNER}`);
    await sh(phone, 'sleep 0');
    const hangUp = new AbortController();
    const newer = sh(phone, `am instrument -w ${RUNNER}`, { signal: hangUp.signal });
    await older;
    assert.equal(phone.automation.listening, true);
    assert.equal((await sh(phone, 'pidof io.appium.uiautomator2.server')).code, 0);
    hangUp.abort();
    await newer;
    assert.equal(phone.automation.listening, false);
  });
});

describe('an app that was installed over adb', () => {
  it('starts as a foreground service and leaves the front to what is there', async () => {
    const phone = aPhone();
    phone.packages.install({
      package: 'io.appium.settings',
      versionName: '1',
      versionCode: 1,
      activity: 'io.appium.settings.Settings',
      signer: '00000000',
      sha256: '00',
      size: 1,
      minSdk: 1,
      targetSdk: 1,
      permissions: [],
      instrumentation: null,
    });
    const { code } = await sh(
      phone,
      'am start-activity -n io.appium.settings/.Settings -a android.intent.action.MAIN -c android.intent.category.LAUNCHER',
    );
    assert.equal(code, 0);
    const { out } = await sh(phone, 'dumpsys activity services io.appium.settings');
    assert.match(
      out,
      /ServiceRecord\{\w+ u0 io\.appium\.settings\/\.ForegroundService\}[\s\S]*isForeground=true foregroundId=1/,
    );
    assert.match(
      (await sh(phone, 'dumpsys activity services io.appium.settings/.recorder.RecorderService'))
        .out,
      /\(nothing\)/,
    );
    assert.deepEqual(phone.deeds, []);
  });
});
