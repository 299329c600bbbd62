import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runKnownLeaks } from '../../harness/gather/trial/asides/known.ts';
import { openArchive } from '../../harness/record/archive.ts';
import type { TrialRecord } from '../../harness/record/trial.ts';
import incognito from '../../scenarios/browser/incognito.ts';
import { aPretendBench } from '../pretend-bench.ts';

const WAYS = ['gzip', 'hex', 'tls', 'cbor'].map((way) => ({
  way,
  wrapping: way,
  transport: 'https',
}));

describe('our own app, asked to send by every way', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'leaklab-known-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  /** `heard`: of which ways the tap hears something when they are asked for that many times. */
  async function told(
    again: boolean,
    heard: (way: string, times: number) => boolean,
  ): Promise<{ record: TrialRecord; asked: ReadonlyMap<string, string>[] }> {
    const bench = aPretendBench(incognito);
    const asked: ReadonlyMap<string, string>[] = [];
    const capture = bench.tap.capture.bind(bench.tap);
    bench.tap.capture = async (into) => ({
      ...(await capture(into)),
      seen: (host) => {
        const way = host.split('.')[0] ?? '';
        return heard(way, asked.length) ? Promise.resolve() : Promise.reject(new Error(host));
      },
    });
    bench.phone.leak = (values) => {
      asked.push(new Map(values));
      return Promise.resolve({
        version: '1.0.0',
        ways: [...values.keys()].filter((way) => way !== 'cbor'),
      });
    };
    const archive = await openArchive(folder);
    const record = await runKnownLeaks(
      bench,
      { kind: 'known leaks', id: 'pretend-known', ways: WAYS, again },
      await archive.trial('pretend-known'),
      new AbortController().signal,
    );
    return { record, asked };
  }

  it('is asked once more for the ways of which the tap heard nothing, with other canaries, and both are in the record', async () => {
    const { record, asked } = await told(
      true,
      (way, times) => way === 'gzip' || (way === 'hex' && times === 2),
    );
    assert.ok(record.sound, record.void.join());
    assert.deepEqual(
      asked.map((values) => [...values.keys()]),
      [
        ['gzip', 'hex', 'tls', 'cbor'],
        ['hex', 'tls'],
      ],
    );
    const [first, second] = asked;
    assert.notEqual(first?.get('hex'), second?.get('hex'));
    const planted = record.canaries.filter(({ name }) => name in record.planted);
    assert.deepEqual(
      planted.filter(({ name }) => name.startsWith('hex')).map(({ name, value }) => [name, value]),
      [
        ['hex', first?.get('hex')],
        ['hex, asked again', second?.get('hex')],
      ],
    );
    assert.equal(record.aside?.kind, 'known leaks');
    assert.deepEqual(
      record.aside.ways.map(({ way, said, heard, again }) => [way, said, heard, again]),
      [
        ['gzip', true, true, undefined],
        ['hex', true, false, true],
        ['tls', true, false, true],
        ['cbor', false, undefined, undefined],
      ],
    );
  });

  it('is not asked again where all was heard, nor where the plan does not say so', async () => {
    assert.equal((await told(true, () => true)).asked.length, 1);
    assert.equal((await told(false, () => false)).asked.length, 1);
  });
});
