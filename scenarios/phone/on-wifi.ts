import { scenario } from '../../harness/scenario.ts';

export default scenario({
  name: 'on-wifi',
  question: 'On Wi-Fi, are images, text messages and e-mails sent to anybody, and without Wi-Fi?',
  claims: [
    'Row 15. Press, July 2014: « lorsque le téléphone est connecté sur un réseau Wi-Fi, il transmet les images et les messages (SMS et mails) vers un serveur implanté en Chine » (article 004)',
  ],
  factors: { 'Wi-Fi': ['on', 'off'] },
  canaries: {
    photo: 'photo',
    'caption in the photo': 'words',
    'name of the photo': 'file',
    'text of an SMS received': 'words',
    'text of an SMS sent': 'words',
    'subject of an e-mail': 'title',
    'text of an e-mail': 'words',
  },
  captions: { photo: 'caption in the photo' },
  mayReach: {
    photo: [],
    'caption in the photo': [],
    'name of the photo': [],
    'text of an SMS received': [],
    'text of an SMS sent': [],
    'subject of an e-mail': [],
    'text of an e-mail': [],
  },
  recipientClasses: ['maker', 'processor', 'unknown'],
  contrasts: [{ factor: 'Wi-Fi', levels: ['on', 'off'], held: {} }],
  followUpSeconds: 60,
  steps: async ({ phone, canary }) => {
    await phone.takePhoto(canary.photo, canary['name of the photo']);
    await phone.receiveSms({ from: '+99900000000000', text: canary['text of an SMS received'] });
    await phone.sendSms({ to: '+99900000000001', text: canary['text of an SMS sent'] });
    await phone.sendMail({
      to: 'somebody@example.org',
      subject: canary['subject of an e-mail'],
      text: canary['text of an e-mail'],
    });
  },
});
