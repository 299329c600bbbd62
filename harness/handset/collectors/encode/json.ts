import type { Json } from '../rules/rules.ts';

/** Android's org.json writes every `/` as `\/`; elsewhere it agrees with JSON.stringify. */
export function androidJson(value: Json): string {
  return JSON.stringify(value).replaceAll('/', '\\/');
}
