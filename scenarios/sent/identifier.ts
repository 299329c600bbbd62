import { scenario } from '../../harness/scenario.ts';

export default scenario({
  name: 'identifier',
  question:
    'Is the phone called by a name that outlives one transmission: does its Android id leave, again after browser and phone are started anew?',
  claims: [
    'Row 8. Maker, May 2020: « des identifiants uniques aléatoires sont générés à chaque transmission afin de garantir l’anonymat des utilisateurs » (article 000)',
    'We write a value of our own in the place of the Android id. Whoever receives it received a name that stays until the phone is reset. Names that the app makes itself are listed beside the verdicts, with how long they lived.',
  ],
  factors: {},
  canaries: {
    'Android id': 'hex',
    'first page': 'page',
    'second page': 'page',
    'third page': 'page',
  },
  mayReach: {
    'Android id': [],
    'first page': ['visited.leaklab.test'],
    'second page': ['visited.leaklab.test'],
    'third page': ['visited.leaklab.test'],
  },
  recipientClasses: ['maker', 'processor', 'unknown'],
  contrasts: [],
  followUpSeconds: 60,
  steps: async ({ browser, phone, canary }) => {
    await phone.setAndroidId(canary['Android id']);
    await browser.open(canary['first page']);
    await phone.idle(20);
    await browser.restart();
    await browser.open(canary['second page']);
    await phone.idle(20);
    await phone.reboot();
    await browser.open(canary['third page']);
  },
});
