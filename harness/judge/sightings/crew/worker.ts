import { parentPort, workerData } from 'node:worker_threads';
import { formsOf } from '../forms.ts';
import { makeSearch } from '../sightings.ts';
import type { Question } from './crew.ts';
import { assignmentSchema } from './crew.ts';

/*
 * One thread of a crew: told once what to look for, then asked exchange by exchange. Its bodies come with the exchange,
 * so nothing here reaches the disk.
 */
const { values, salts, keys } = assignmentSchema.parse(workerData);
const search = makeSearch(
  values.flatMap((value, owner) => formsOf(value, salts).map((form) => ({ owner, form }))),
  { keys },
);

parentPort?.on('message', ({ number, exchange }: Question) => {
  void search
    .exchange(exchange, (body) => ('base64' in body ? Buffer.from(body.base64, 'base64') : null))
    .then((searched) => parentPort?.postMessage({ number, searched }));
});
