import { scenario } from '../../harness/scenario.ts';

export default scenario({
  name: 'told-by-server',
  question: 'Does a server’s reply, without an update, change what is collected?',
  claims: [
    'Press, May 2020: « Xiaomi collectait massivement des données personnelles de ses clients à travers différents backdoors installées au coeur de ses smartphones » (article 000)',
    'The steps are the same with the servers’ replies as sent, and with empty ones that we give in their place. What is collected only in the first case, a reply ordered.',
  ],
  factors: { "servers' replies": ['as sent', 'withheld'] },
  canaries: {
    'visited page': 'page',
    'second page': 'page',
  },
  mayReach: {
    'visited page': ['visited.leaklab.test'],
    'second page': ['visited.leaklab.test'],
  },
  recipientClasses: ['maker', 'processor', 'unknown'],
  contrasts: [
    { factor: "servers' replies", levels: ['as sent', 'withheld'], held: {} },
    {
      factor: "servers' replies",
      levels: ['as sent', 'withheld'],
      held: {},
      statistic: 'exchanges',
    },
  ],
  followUpSeconds: 60,
  steps: async ({ browser, phone, canary }) => {
    await browser.open(canary['visited page']);
    await phone.idle(20);
    await browser.open(canary['second page']);
  },
});
