import { scenario } from '../../harness/scenario.ts';

export default scenario({
  name: 'folders',
  question:
    'Is anyone told which folders and screens are opened, the status bar and the settings too?',
  claims: [
    'Row 12. Press, May 2020: « ses dossiers ouverts, ses photos et vidéos, ses messages, les paramètres de son smartphones, ont été récoltés par Xiaomi » (article 001)',
    'Researchers, April 2020: folders opened and screens swiped, status bar and settings page included.',
    'The owner of the phone has refused the maker’s User Experience Program, or has accepted it: does that decide?',
    'A folder bears a name of ours. Status bar and settings cannot: whatever is sent about them is listed among endpoints and fields.',
  ],
  factors: { 'User Experience Program': ['refused', 'accepted'] },
  canaries: { 'name of a folder': 'name' },
  mayReach: { 'name of a folder': [] },
  recipientClasses: ['maker', 'processor', 'unknown'],
  contrasts: [{ factor: 'User Experience Program', levels: ['accepted', 'refused'], held: {} }],
  followUpSeconds: 60,
  steps: async ({ phone, canary }) => {
    await phone.openFolder(canary['name of a folder']);
    await phone.openStatusBar();
    await phone.openSettings('main');
    await phone.openSettings('about phone');
  },
});
