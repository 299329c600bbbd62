import assert from 'node:assert/strict';
import { asJson, asText } from '../../bench/how/print.ts';

const machine = {
  processor: 'Some Processor',
  cores: 2,
  memoryGB: 24,
  system: 'Debian, Linux 6',
  node: 'v24.21.0',
  load: 0.25,
};
const measured = {
  name: 'kettle',
  about: 'a kettle',
  again: 'npm run bench -- kettle',
  figures: [
    {
      what: 'to boil',
      unit: 's',
      values: [130, 110.4, 119.6],
      target: { atMost: 119 },
      note: 'one litre',
    },
    { what: 'cups', unit: '', values: [4.25, 4.75], target: { atLeast: 4.5 } },
    { what: 'weight', unit: 'kg', values: [1.2345] },
  ],
};

describe('what a bench prints', () => {
  it('is a table of medians with their range and target, and the command that repeats it', () => {
    assert.equal(
      asText(machine, [measured]),
      `on 2 × Some Processor, 24 GB, Debian, Linux 6, Node v24.21.0, load before 0.25

a kettle
            median  lowest – highest  n  target
  to boil    120 s         110 – 130  3  ≤ 119: missed
  cups         4.5       4.25 – 4.75  2  ≥ 4.5: met
  weight   1.23 kg                    1
  to boil: one litre
  again  npm run bench -- kettle
`,
    );
  });

  it('has every single value in its JSON', () => {
    const read: unknown = JSON.parse(asJson(machine, [measured]));
    assert.deepEqual(read, {
      machine,
      benches: [
        {
          ...measured,
          figures: [
            { ...measured.figures[0], median: 119.6, met: false },
            { ...measured.figures[1], median: 4.5, met: true },
            { ...measured.figures[2], median: 1.2345, met: null },
          ],
        },
      ],
    });
  });
});
