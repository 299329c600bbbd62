import { scenario } from '../../harness/scenario.ts';

export default scenario({
  name: 'unasked',
  question: 'With Mi Cloud and Cloud Messaging never switched on, are numbers and messages sent?',
  claims: [
    'Row 18. Press, July 2014: « l’utilisateur du Redmi Note n’avait pas activé le service, mais il est possible que Xiaomi transfère les données, que le service soit activé ou non » (article 004)',
    'Researchers, August 2014: numbers of contacts and of senders went to api.account.xiaomi.com, without any account. Maker, 10 August 2014: from now on only for who switches it on.',
  ],
  factors: {
    'Cloud Messaging': ['off', 'on'],
    'Mi Cloud': ['off', 'on'],
  },
  canaries: {
    'number of a contact': 'number',
    'name of a contact': 'title',
    'sender of an SMS': 'number',
    'text of an SMS': 'words',
  },
  mayReach: {
    'number of a contact': [],
    'name of a contact': [],
    'sender of an SMS': [],
    'text of an SMS': [],
  },
  recipientClasses: ['maker', 'processor', 'unknown'],
  contrasts: [
    { factor: 'Cloud Messaging', levels: ['on', 'off'], held: { 'Mi Cloud': 'off' } },
    { factor: 'Mi Cloud', levels: ['on', 'off'], held: { 'Cloud Messaging': 'off' } },
  ],
  followUpSeconds: 60,
  steps: async ({ phone, canary }) => {
    await phone.addContact({
      name: canary['name of a contact'],
      number: canary['number of a contact'],
    });
    await phone.receiveSms({ from: canary['sender of an SMS'], text: canary['text of an SMS'] });
  },
});
