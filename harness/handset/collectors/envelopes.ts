import type { Envelope } from './envelope.ts';
import type { CollectorRules } from './rules.ts';
import { sensorsAnalytics } from './sensors.ts';

/** A new format is a row here, and a word in the schema of rules.ts. */
export const ENVELOPES: Readonly<Record<CollectorRules['post']['envelope'], Envelope>> = {
  'sensors-analytics': sensorsAnalytics,
};
