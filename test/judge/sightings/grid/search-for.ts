import type { Form } from '../../../../harness/judge/sightings/forms.ts';
import { formsOf } from '../../../../harness/judge/sightings/forms.ts';
import type { Searched } from '../../../../harness/judge/sightings/sightings.ts';
import { makeSearch } from '../../../../harness/judge/sightings/sightings.ts';
import type { Body, Exchange } from '../../../../harness/record/exchange.ts';
import { aBody, anExchange } from '../../../builders.ts';

export interface Value {
  readonly name: string;
  readonly value: string;
}

/** Looks for these values in exchanges, one after the other, as `leaklab detect` does. */
export function searchFor(
  values: readonly Value[],
  salts: readonly string[] = [],
): (exchange: Exchange) => Promise<Searched<Value>> {
  const needles = values.flatMap((owner) =>
    formsOf(owner, salts).map((form: Form) => ({ owner, form })),
  );
  const search = makeSearch(needles);
  return (exchange) => search.exchange(exchange, bytesOf);
}

export function bodyOf(bytes: Buffer): Exchange {
  return anExchange({ method: 'POST', requestBody: aBody(bytes) });
}

/** Bodies that stand in their line. */
export function bytesOf(body: Body): Buffer | null {
  return 'base64' in body ? Buffer.from(body.base64, 'base64') : null;
}
