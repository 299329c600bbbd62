import type { Hands } from '../browsers/hands.ts';
import type { AdbDevice } from '../devices/adb.ts';
import { benchFault } from '../devices/faults.ts';
import { rootOf } from '../devices/root/root.ts';
import type { Change } from '../undo.ts';
import { settingNow } from '../undo.ts';
import type { Deed, Network, SettingsScreen } from './deed.ts';
import { CAMERA, placesOf, STORAGE, TABLES } from './places.ts';

/** What a deed on an Android phone is done with. */
interface Tools {
  readonly device: AdbDevice;
  readonly family: string;
  readonly hands: Pick<Hands, 'on' | 'start' | 'renew'>;
  restart(): Promise<void>;
  /** Journals what a deed is about to leave on the phone. */
  leave(change: Change): Promise<void>;
}

/** Carries out one deed, through the screen where a person would and through the shell where no person is seen. */
export async function deeds(deed: Exclude<Deed, { do: 'idle' }>, tools: Tools): Promise<void> {
  switch (deed.do) {
    case 'take photo':
      await takePhoto(deed, tools);
      return;
    case 'receive SMS':
      await insert(tools, TABLES.inbox, ['address', deed.from], { body: deed.text, type: 1 });
      return;
    case 'send SMS':
      await sendSms(deed, tools);
      return;
    case 'receive mail':
      await insert(tools, TABLES.mail, ['subject', deed.subject], {
        fromList: deed.from,
        snippet: deed.text,
      });
      return;
    case 'send mail':
      await sendMail(deed, tools);
      return;
    case 'set Android id':
      await setAndroidId(deed.id, tools);
      return;
    case 'add contact':
      await addContact(deed, tools);
      return;
    case 'open folder':
      await openFolder(deed.name, tools);
      return;
    case 'open settings':
      await tools.device.ask(['am', 'start', '-W', '-a', SCREENS[deed.screen]]);
      await tools.hands.on('com.android.settings', (finger) => finger.look());
      return;
    case 'open status bar':
      await tools.device.ask(['cmd', 'statusbar', 'expand-notifications']);
      await tools.device.ask(['cmd', 'statusbar', 'collapse']);
      return;
    case 'switch network':
      await switchNetwork(deed.to, tools);
      return;
    case 'turn clock':
      await turnClock(deed.days, tools);
      return;
    case 'reboot':
      await tools.restart();
      await tools.hands.renew();
      await tools.hands.start();
      return;
  }
}

const SCREENS: Readonly<Record<SettingsScreen, string>> = {
  main: 'android.settings.SETTINGS',
  networks: 'android.settings.WIRELESS_SETTINGS',
  'about phone': 'android.settings.DEVICE_INFO_SETTINGS',
};

/** The file is put where the camera puts its own, and the media table is told, as the scanner would. */
async function takePhoto(
  { photo, file }: Extract<Deed, { do: 'take photo' }>,
  tools: Tools,
): Promise<void> {
  const path = `${CAMERA}/${file}`;
  await tools.leave({ kind: 'file', path });
  await tools.device.ask(['mkdir', '-p', CAMERA]);
  await tools.device.push(Buffer.from(photo, 'base64'), path, 0o644);
  await insert(tools, TABLES.photos, ['_data', path], {
    _display_name: file,
    mime_type: 'image/jpeg',
  });
}

async function sendSms(
  { to, text }: Extract<Deed, { do: 'send SMS' }>,
  tools: Tools,
): Promise<void> {
  const { messages } = placesOf(tools.family);
  await tools.leave({ kind: 'row', uri: TABLES.messages, column: 'address', value: to });
  const compose = [
    '-a',
    'android.intent.action.SENDTO',
    '-d',
    `sms:${to}`,
    '--es',
    'sms_body',
    text,
  ];
  await tools.device.ask(['am', 'start', '-W', ...compose]);
  await tools.hands.on(messages, (finger) =>
    finger.tap([{ id: 'send_button' }, { description: 'Send' }, { text: 'Send' }]),
  );
}

async function sendMail(
  { to, subject, text }: Extract<Deed, { do: 'send mail' }>,
  tools: Tools,
): Promise<void> {
  const { mail } = placesOf(tools.family);
  if (mail === null)
    throw benchFault('errand-impossible', 'this phone has no mail app that we know');
  await tools.leave({ kind: 'row', uri: TABLES.mail, column: 'subject', value: subject });
  await tools.device.ask(['am', 'force-stop', mail]);
  await tools.hands.on(mail, async (finger) => {
    await finger.activate(null);
    await finger.tap([{ id: 'compose_button' }, { description: 'Compose' }]);
    for (const [field, words] of [
      ['to', to],
      ['subject', subject],
      ['body', text],
    ] as const) {
      await finger.until(
        async () => ((await finger.type([{ id: field }], words)) === words ? true : null),
        () => benchFault('switch-not-found', `the mail app has no field "${field}"`),
      );
    }
    await finger.tap([{ id: 'send' }, { text: 'Send' }, { description: 'Send' }]);
  });
}

async function setAndroidId(id: string, { device, leave }: Tools): Promise<void> {
  const at = ['secure', 'android_id'] as const;
  await leave(await settingNow(device, at, id));
  await device.ask(['settings', 'put', ...at, id]);
}

/** Network time would set it back at once, and is off meanwhile. */
async function turnClock(days: number, { device, leave }: Tools): Promise<void> {
  if (!Number.isInteger(days) || days < 1)
    throw new Error(`a clock is turned on by whole days, not ${days}`);
  const root = await rootOf(device);
  if (root === null)
    throw benchFault('errand-impossible', 'only root may set the clock of a phone');
  const byNetwork = ['global', 'auto_time'] as const;
  await leave(await settingNow(device, byNetwork, '0'));
  await device.ask(['settings', 'put', ...byNetwork, '0']);
  const until = Number(await device.ask(['date', '+%s'])) + days * DAY_SECONDS;
  await leave({ kind: 'clock', until, days });
  await root(`date @${until}`);
}

const DAY_SECONDS = 86_400;

async function addContact(
  { name, number }: Extract<Deed, { do: 'add contact' }>,
  tools: Tools,
): Promise<void> {
  const { contacts } = placesOf(tools.family);
  await tools.leave({ kind: 'row', uri: TABLES.contacts, column: 'display_name', value: name });
  const edit = ['-a', 'android.intent.action.INSERT', '-t', 'vnd.android.cursor.dir/contact'];
  const filled = ['--es', 'name', name, '--es', 'phone', number];
  await tools.device.ask(['am', 'start', '-W', ...edit, ...filled]);
  await tools.hands.on(contacts, (finger) => finger.tap([{ id: 'save' }, { text: 'Save' }]));
}

async function openFolder(name: string, tools: Tools): Promise<void> {
  const path = `${STORAGE}/${name}`;
  await tools.leave({ kind: 'folder', path });
  await tools.device.ask(['mkdir', '-p', path]);
  await tools.hands.on(placesOf(tools.family).files, async (finger) => {
    await tools.device.ask(['am', 'force-stop', placesOf(tools.family).files]);
    await finger.activate(null);
    await finger.find({ text: name });
    await finger.tap([{ text: name }]);
  });
}

async function switchNetwork(to: Network, tools: Tools): Promise<void> {
  for (const [radio, key, on] of [
    ['wifi', 'wifi_on', to === 'Wi-Fi'],
    ['data', 'mobile_data', to !== 'none'],
  ] as const) {
    const was = await tools.device.ask(['settings', 'get', 'global', key]);
    if (!/^\d$/.test(was)) {
      const message = `this phone does not say whether ${radio} is on, so that it could not be put back`;
      throw benchFault('errand-impossible', message);
    }
    await tools.leave({ kind: 'radio', radio, on: was !== '0' });
    await tools.device.ask(['svc', radio, on ? 'enable' : 'disable']);
  }
}

/** One row in a table of the phone's, known again by one of its columns. */
async function insert(
  { device, leave }: Tools,
  uri: string,
  [column, value]: readonly [string, string],
  others: Readonly<Record<string, string | number>>,
): Promise<void> {
  await leave({ kind: 'row', uri, column, value });
  const bindings = Object.entries({ [column]: value, ...others }).flatMap(([name, one]) => [
    '--bind',
    `${name}:${typeof one === 'number' ? 'i' : 's'}:${one}`,
  ]);
  await device.ask(['content', 'insert', '--uri', uri, ...bindings]);
}
