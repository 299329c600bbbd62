import { scenario } from '../../harness/scenario.ts';

export default scenario({
  name: 'wifi-off',
  question: 'With Wi-Fi off, is less sent, or the same, only later?',
  claims: [
    'Row 16. Press, July 2014: « Lorsque le Wi-Fi est coupé, le téléphone transmet quelques données, mais sans plus » (article 004)',
    'What is sent only after Wi-Fi is back was kept and not spared: its canaries were planted while Wi-Fi was off.',
  ],
  factors: { 'Wi-Fi': ['on', 'off', 'off, then on'] },
  canaries: {
    'visited page': 'page',
    photo: 'photo',
    'name of the photo': 'file',
    'text of an SMS': 'words',
  },
  mayReach: {
    'visited page': ['visited.leaklab.test'],
    photo: [],
    'name of the photo': [],
    'text of an SMS': [],
  },
  recipientClasses: ['maker', 'processor', 'unknown'],
  contrasts: [
    { factor: 'Wi-Fi', levels: ['off, then on', 'off'], held: {} },
    { factor: 'Wi-Fi', levels: ['on', 'off'], held: {} },
    { factor: 'Wi-Fi', levels: ['on', 'off'], held: {}, statistic: 'bytes' },
    { factor: 'Wi-Fi', levels: ['on', 'off, then on'], held: {}, statistic: 'delay' },
  ],
  followUpSeconds: 120,
  steps: async ({ browser, phone, canary }) => {
    await browser.open(canary['visited page']);
    await phone.takePhoto(canary.photo, canary['name of the photo']);
    await phone.receiveSms({ from: '+99900000000000', text: canary['text of an SMS'] });
  },
});
