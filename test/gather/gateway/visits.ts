import { scenario } from '../../../harness/scenario.ts';

/** One page, in either mode: as little as a network of ours can be asked about. */
export const visits = scenario({
  name: 'visits',
  question: 'Who is told of a visited page, by whichever way?',
  claims: [],
  factors: { mode: ['normal', 'incognito'] },
  canaries: { 'visited page': 'page' },
  mayReach: { 'visited page': ['visited.leaklab.test'] },
  recipientClasses: ['maker', 'unknown'],
  contrasts: [],
  followUpSeconds: 40,
  replicates: 1,
  steps: async ({ browser, canary }) => {
    await browser.open(canary['visited page']);
  },
});
