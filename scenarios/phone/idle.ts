import { scenario } from '../../harness/scenario.ts';

export default scenario({
  name: 'idle',
  question:
    'What does a browser with a new profile send by itself, at its start, left alone, and started again?',
  claims: ['Nobody said so; we want to know.'],
  factors: {
    'search suggestions': ['off', 'on'],
  },
  canaries: {
    'page visited before': 'page',
  },
  mayReach: {
    'page visited before': ['visited.leaklab.test'],
  },
  recipientClasses: ['maker', 'processor', 'search engine', 'unknown'],
  contrasts: [
    { factor: 'search suggestions', levels: ['on', 'off'], held: {} },
    { factor: 'search suggestions', levels: ['on', 'off'], held: {}, statistic: 'exchanges' },
  ],
  followUpSeconds: 5,
  replicates: 10,
  steps: async ({ browser, phone, canary }) => {
    await browser.open(canary['page visited before']);
    await phone.idle(15);
    await browser.restart();
    await phone.idle(15);
  },
});
