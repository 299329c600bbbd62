import assert from 'node:assert/strict';
import { OURS } from '../../../harness/judge/recipients/domains.ts';
import { openAddressBook } from '../../../harness/judge/recipients/facts.ts';
import { networksIn } from '../../../harness/judge/recipients/location.ts';
import { networkIn } from '../../../harness/judge/recipients/ranges.ts';
import type { Registry } from '../../../harness/judge/recipients/registry.ts';
import { recipientsFileSchema } from '../../../harness/judge/recipients/registry.ts';
import { whoItIs } from '../../../harness/judge/words/recipient.ts';
import { anExchange } from '../../builders.ts';

/** As `location lookup 47.241.1.1 42.62.48.10 2001:200::1` of libloc 0.9.16 prints it. */
const PRINTED = `47.241.1.1:
  Network                 : 47.241.0.0/17
  Country                 : United States of America
  Autonomous System       : AS45102 - Alibaba (US) Technology Co., Ltd.
42.62.48.10:
  Network                 : 42.62.48.0/20
  Country                 : China
  Autonomous System       : AS23724 - IDC, China Telecommunications Corporation
2001:200::1:
  Network                 : 2001:200::/32
  Country                 : Japan
  Autonomous System       : AS2500
`;
const DATE = 'Sat, 29 Oct 2022 05:59:54 GMT';
const SOURCE = 'IPFire Location database';
const BROUGHT: Registry = {
  ...OURS,
  places: [
    {
      address: '47.241.1.1',
      place: 'Singapore',
      source: '3 ms from a probe there',
      date: '2026-11',
    },
  ],
  networksOf: () =>
    Promise.resolve({ known: networksIn(PRINTED, DATE), otherwise: `not in that of ${DATE}` }),
};

describe('who a recipient is', () => {
  it('is four facts, each with its source and date, of which none is taken from another', async () => {
    const book = openAddressBook();
    book.hear(anExchange({ host: 'sa.api.intl.miui.com', address: '47.241.1.1' }));
    const [facts] = await book.facts(BROUGHT);
    assert.equal(facts?.recipientClass, 'maker');
    assert.equal(facts.domain.date, '2020-05');
    assert.deepEqual(facts.addresses, [
      {
        address: '47.241.1.1',
        registrant: {
          value: 'name not told, registered in United States of America',
          source: SOURCE,
          date: DATE,
        },
        operator: {
          value: 'AS45102 Alibaba (US) Technology Co., Ltd.',
          source: SOURCE,
          date: DATE,
        },
        place: { value: 'Singapore', source: '3 ms from a probe there', date: '2026-11' },
      },
    ]);
  });

  it('has no place where nobody measured one, whatever the registration says', async () => {
    const book = openAddressBook();
    book.hear(anExchange({ host: '42.62.48.10', address: '42.62.48.10' }));
    const [facts] = await book.facts(BROUGHT);
    assert.deepEqual(facts && whoItIs(facts), [
      'unknown: no row of our table names it',
      'registrant of the domain: not known (nobody looked it up)',
      `registrant of 42.62.48.10: name not told, registered in China (${SOURCE}; as of ${DATE})`,
      'operator of its network: AS23724 IDC, China Telecommunications Corporation ' +
        `(${SOURCE}; as of ${DATE})`,
      'place: not known (nobody measured it, and no registration tells it)',
    ]);
  });

  it('says aloud that no data set was there, and that an address was not recorded', async () => {
    const book = openAddressBook();
    book.hear(anExchange({ host: 'a.example', address: '192.0.2.1' }));
    book.hear(anExchange({ host: 'b.example', address: null }));
    const [one, other] = await book.facts(OURS);
    assert.deepEqual(one?.addresses[0]?.operator, {
      value: null,
      source: 'no data set of addresses',
      date: null,
    });
    assert.equal(
      other && whoItIs(other).at(-1),
      'its address is not recorded, so registrant of the address, operator and place are not known',
    );
  });

  it('holds every address at which a host was reached, and no host that only answered', async () => {
    const book = openAddressBook();
    for (const address of ['192.0.2.2', '192.0.2.1', '192.0.2.2']) {
      book.hear(anExchange({ host: 'a.example', address }));
    }
    book.hear(anExchange({ host: 'down.example', direction: 'down' }));
    const facts = await book.facts(OURS);
    assert.deepEqual(
      facts.map(({ host, addresses }) => [host, addresses.map(({ address }) => address)]),
      [['a.example', ['192.0.2.1', '192.0.2.2']]],
    );
  });
});

describe('ranges that a user wrote down', () => {
  const said = { source: 'whois', date: '2014-07-30' };
  const { addresses } = recipientsFileSchema.parse({
    addresses: [
      { from: '42.62.48.0', to: '42.62.48.255', registrant: 'CNNIC', ...said },
      { from: '2001:200::', to: '2001:200:ffff:ffff:ffff:ffff:ffff:ffff', ...said },
    ],
  });

  it('hold both their ends and nothing beside, in every spelling of an address', () => {
    const inside = ['42.62.48.0', '42.62.48.255', '2001:200::1', '2001:0200:0:0::ff'];
    const outside = [
      '42.62.47.255',
      '42.62.49.0',
      '2001:201::',
      '::ffff:42.62.48.1',
      'miui.com',
      '',
    ];
    assert.deepEqual(
      inside.map((address) => networkIn(addresses, address)?.source),
      ['whois', 'whois', 'whois', 'whois'],
    );
    assert.deepEqual(
      outside.map((address) => networkIn(addresses, address)),
      [null, null, null, null, null, null],
    );
  });

  it('need a source and a date', () => {
    const bare = { addresses: [{ from: '192.0.2.0', to: '192.0.2.9', registrant: 'somebody' }] };
    assert.equal(recipientsFileSchema.safeParse(bare).success, false);
  });
});
