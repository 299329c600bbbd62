import assert from 'node:assert/strict';
import { aPhone } from '../../a-phone.ts';
import { sh } from '../../a-shell.ts';

/** The commands are those that people put on the web for `adb shell content`. */
describe('content, as the shell reaches what the owner keeps', () => {
  it('makes a contact in the three steps that Android wants, and tells it once', async () => {
    const phone = aPhone();
    const added: string[] = [];
    phone.belongings.watch((table, row) => {
      added.push(`${table} ${row.get('name') ?? ''} ${row.get('number') ?? ''}`);
    });
    const raw = 'content://com.android.contacts/raw_contacts';
    await sh(phone, `content insert --uri ${raw} --bind account_type:s: --bind account_name:s:`);
    const { out } = await sh(phone, `content query --uri ${raw} --projection _id`);
    assert.equal(out, 'Row: 0 _id=1\n');
    const data =
      'content insert --uri content://com.android.contacts/data --bind raw_contact_id:i:1';
    const item = 'mimetype:s:vnd.android.cursor.item';
    await sh(phone, `${data} --bind ${item}/name --bind data1:s:'Kenato Dofaki'`);
    assert.deepEqual(added, []);
    await sh(phone, `${data} --bind ${item}/phone_v2 --bind data1:s:+33199000001`);
    assert.deepEqual(added, ['contacts Kenato Dofaki +33199000001']);
    const shown = await sh(
      phone,
      'content query --uri content://com.android.contacts/data/phones --projection display_name:data1',
    );
    assert.equal(shown.out, 'Row: 0 display_name=Kenato Dofaki, data1=+33199000001\n');
  });

  it('puts messages into inbox and sent, each with what the other does not show', async () => {
    const phone = aPhone();
    for (const box of ['inbox', 'sent']) {
      const bound = `--bind address:s:+331 --bind body:s:${box}`;
      await sh(phone, `content insert --uri content://sms/${box} ${bound}`);
      const { out } = await sh(phone, `content query --uri content://sms/${box} --projection body`);
      assert.equal(out, `Row: 0 body=${box}\n`);
    }
    await sh(phone, `content delete --uri content://sms --where "body='sent'"`);
    assert.deepEqual(
      phone.belongings.rows('messages').map((row) => row.get('text')),
      ['inbox'],
    );
  });

  it('says what it has nothing of', async () => {
    const phone = aPhone();
    const { out } = await sh(phone, 'content query --uri content://call_log/calls');
    assert.equal(out, 'No result found.\n');
    const elsewhere = await sh(phone, 'content query --uri content://nowhere/at/all');
    assert.match(elsewhere.out, /^Error while accessing provider:nowhere/);
    assert.deepEqual(phone.trace.unknown(), []);
  });
});
