import { scenario } from '../../harness/scenario.ts';

export default scenario({
  name: 'belongings',
  question:
    'With Mi Cloud switched off, are photos, text messages, e-mails or contacts sent to anybody?',
  claims: [
    'Row 13. Press, May 2020: « ses photos et vidéos, ses messages […] ont été récoltés par Xiaomi, et ensuite transférés vers les serveurs d’Alibaba » (article 001)',
    'Row 15. Press, July 2014: « lorsque le téléphone est connecté sur un réseau Wi-Fi, il transmet les images et les messages (SMS et mails) vers un serveur implanté en Chine » (article 004)',
  ],
  factors: {
    'Mi Cloud': ['off', 'on'],
  },
  canaries: {
    photo: 'photo',
    'caption in the photo': 'words',
    'name of the photo': 'file',
    'sender of an SMS': 'number',
    'text of an SMS': 'words',
    'subject of an e-mail': 'title',
    'text of an e-mail': 'words',
    'name of a contact': 'title',
    'number of a contact': 'number',
  },
  captions: { photo: 'caption in the photo' },
  mayReach: {
    photo: [],
    'caption in the photo': [],
    'name of the photo': [],
    'sender of an SMS': [],
    'text of an SMS': [],
    'subject of an e-mail': [],
    'text of an e-mail': [],
    'name of a contact': [],
    'number of a contact': [],
  },
  recipientClasses: ['maker', 'processor', 'unknown'],
  contrasts: [{ factor: 'Mi Cloud', levels: ['on', 'off'], held: {} }],
  followUpSeconds: 60,
  steps: async ({ phone, canary }) => {
    await phone.takePhoto(canary.photo, canary['name of the photo']);
    await phone.receiveSms({ from: canary['sender of an SMS'], text: canary['text of an SMS'] });
    await phone.receiveMail({
      from: 'somebody@example.org',
      subject: canary['subject of an e-mail'],
      text: canary['text of an e-mail'],
    });
    await phone.addContact({
      name: canary['name of a contact'],
      number: canary['number of a contact'],
    });
  },
});
