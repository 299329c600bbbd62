import type { FieldClass } from '../../fields/classes.ts';
import type { Field } from '../../fields/table.ts';
import type { RecipientClass } from '../../recipients/shape.ts';
import type { Change } from '../shape.ts';

/** What a change in structure means for a person: the heavier, the higher it stands. */
export interface Meaning {
  readonly weight: number;
  readonly meaning: string;
}

/** How long somebody can be known again by a value, from the longest. */
const LIFE: readonly FieldClass[] = [
  'hardware',
  'until factory reset',
  'per-account',
  'constant',
  'per-install',
  'per-boot',
  'per-session',
  'per-request',
];

export function ofField(field: Pick<Field, 'could' | 'lasting' | 'echo'>, gone: boolean): Meaning {
  const { could, lasting, echo } = field;
  const no = gone ? 'no longer: ' : '';
  if (could.includes('canary-bearing'))
    return { weight: 90, meaning: `${no}what was done with the browser is told here` };
  if (!lasting) return { weight: 10, meaning: `${no}one more detail` };
  const life = LIFE.find((one) => could.includes(one));
  const by = echo ? 'a name that a server gave it' : 'a name of its own';
  if (life === 'hardware' || life === 'until factory reset')
    return {
      weight: 85,
      meaning: `${no}the phone can be known again by ${by}, perhaps even after its data were cleared`,
    };
  if (life === 'per-account') return { weight: 84, meaning: `${no}the owner's account is named` };
  return { weight: 75, meaning: `${no}the phone can be known again by ${by}` };
}

/** An identifier that lives longer, or shorter, than it did. */
export function ofBehaviour(
  couldA: readonly FieldClass[],
  couldB: readonly FieldClass[],
  identifying: boolean,
): Meaning {
  if (couldB.includes('canary-bearing'))
    return { weight: 90, meaning: 'what was done with the browser is told here now' };
  if (couldA.includes('canary-bearing'))
    return { weight: 88, meaning: 'what was done with the browser is no longer told here' };
  if (!identifying) return { weight: 8, meaning: 'its values behave otherwise' };
  const [was, is] = [couldA, couldB].map((could) => LIFE.findIndex((one) => could.includes(one)));
  if (was === undefined || is === undefined || was === is || was < 0 || is < 0)
    return { weight: 20, meaning: 'its values behave otherwise' };
  return is < was
    ? { weight: 80, meaning: 'the phone can be known again for longer' }
    : { weight: 70, meaning: 'the phone can be known again for a shorter time' };
}

export function ofRecipient(kind: RecipientClass, gone: boolean): Meaning {
  const whom: Readonly<Record<RecipientClass, readonly [number, string]>> = {
    maker: [65, 'the maker'],
    processor: [65, 'a company that works for the maker'],
    unknown: [64, 'somebody nobody has named yet'],
    platform: [30, 'the platform'],
    'search engine': [25, 'a search engine'],
    page: [15, 'a page that was shown'],
  };
  const [weight, who] = whom[kind];
  return { weight, meaning: gone ? `${who} is no longer spoken to here` : `${who} is spoken to` };
}

export function ofEndpoint(kind: RecipientClass, gone: boolean): Meaning {
  const { weight } = ofRecipient(kind, gone);
  return {
    weight: weight - 10,
    meaning: gone ? 'nothing is asked or told here any more' : 'something new is asked or told',
  };
}

/** Of whom nobody can read more is known than that: how much. */
export function ofBytes(kind: RecipientClass, change: 'more' | 'less'): Meaning {
  const { weight } = ofRecipient(kind, false);
  return { weight: weight - 5, meaning: `${change} is said to somebody nobody can read` };
}

export function ofSwitch({ kind, change }: Pick<Change, 'kind' | 'change'>): Meaning {
  if (kind === 'caption') return { weight: 40, meaning: 'the screen says something else' };
  return change === 'vanished'
    ? { weight: 60, meaning: 'a choice was taken away' }
    : { weight: 60, meaning: 'there is a choice that was not there' };
}
