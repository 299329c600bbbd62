import assert from 'node:assert/strict';
import { aPhone } from '../a-phone.ts';
import { sh } from '../a-shell.ts';

const NOT_FOUND = '/system/bin/sh: nosuch: inaccessible or not found\n';

/** Script → what it prints, its complaints, its code. */
const TABLE: readonly (readonly [string, string, string?, number?])[] = [
  ['echo a  b', 'a b\n'],
  [`echo 'a  b' "c \\" \\$ \\n" d\\ e`, 'a  b c " $ \\n d e\n'],
  ['echo a; echo b\necho c', 'a\nb\nc\n'],
  ['false && echo a || echo b', 'b\n'],
  ['true && echo a || echo b', 'a\n'],
  ['false; echo $?', '1\n'],
  ['echo a b | cat | grep -c a', '1\n'],
  ['X=1; export Y=2; echo $X${Y}z', '12z\n'],
  ['echo "$(echo a b)" `echo c`', 'a b c\n'],
  ['echo a > /data/local/tmp/f; echo b >> /data/local/tmp/f; cat < /data/local/tmp/f', 'a\nb\n'],
  ['nosuch 2>/dev/null', '', '', 127],
  ['nosuch 2>&1', NOT_FOUND, '', 127],
  ['echo lost >/dev/null', ''],
  ['echo err 1>&2', '', 'err\n'],
  ['cat </dev/null', ''],
  ['sh -c "echo in; exit 4"; echo $?', 'in\n4\n'],
  ["sh -c 'echo $0 $1' name one", 'name one\n'],
  ['exit 9; echo never', '', '', 9],
  ['exec echo only; echo never', 'only\n'],
  [`export ANDROID_LOG_TAGS="''"; exec echo "$ANDROID_LOG_TAGS"`, "''\n"],
  ['[ -e /data/local/tmp ] && echo __PASS__', '__PASS__\n'],
  ['[ -e /none ] && echo __PASS__', '', '', 1],
  ['[ -d /data -a ] ; test -f /data; echo $?', '1\n'],
  ['[ a = a ] && [ a != b ] && [ -n x ] && [ -z "" ] && [ ! -e /none ] && echo all', 'all\n'],
  ["'rm' '-f' '/data/local/tmp/x'", ''],
  ['echo && screencap -p 2>/dev/null | wc -c', '\n8\n'],
  ["echo 'open", '', '/system/bin/sh: no closing quote\n', 1],
  ['cd /data/local; pwd; ls', '/data/local\ntmp\n'],
  ['echo /data/l*/t?p "/data/*" /none*', '/data/local/tmp /data/* /none*\n'],
  ['echo a > /none/f', '', "/system/bin/sh: can't create /none/f: Permission denied\n", 1],
  ['echo a > /system/f', '', "/system/bin/sh: can't create /system/f: Read-only file system\n", 1],
  ['cat < /none', '', "/system/bin/sh: can't open /none: No such file or directory\n", 1],
  ['logcat | head -1', '--------- beginning of main\n'],
];

describe('the shell', () => {
  for (const [script, out, err = '', code = 0] of TABLE) {
    it(`runs ${JSON.stringify(script)}`, async () => {
      assert.deepEqual(await sh(aPhone(), script), { out, err, code });
    });
  }

  it('answers 127 to an unknown word, and notes it', async () => {
    const phone = aPhone();
    assert.deepEqual(await sh(phone, 'nosuch -x'), { out: '', err: NOT_FOUND, code: 127 });
    assert.deepEqual(phone.trace.unknown(), [{ kind: 'shell', what: 'nosuch -x', known: false }]);
  });

  it('reads a script from its input', async () => {
    assert.deepEqual(await sh(aPhone(), 'sh', { input: 'echo one\nexit 3\n' }), {
      out: 'one\n',
      err: '',
      code: 3,
    });
  });
});
