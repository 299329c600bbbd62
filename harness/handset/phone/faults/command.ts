import { z } from 'zod';
import type { Phone } from '../phone.ts';
import { isNamespace } from '../settings.ts';
import { faultSchema } from './fault.ts';

/**
 * What can be done to a running handset from outside, one line of JSON each: by its stdin or its control socket. All
 * but `fault` and `mend` stand for people: the phone's owner, or somebody who writes or calls.
 */
export const commandSchema = z.discriminatedUnion('do', [
  z.strictObject({
    do: z.literal('fault'),
    what: faultSchema,
    forMs: z.number().min(0).optional(),
  }),
  z.strictObject({ do: z.literal('mend'), fault: z.string() }),
  z.strictObject({ do: z.literal('faults') }),
  /** A setting that the owner changes by hand; null takes it away. */
  z.strictObject({
    do: z.literal('put'),
    key: z.string().regex(/^(global|secure|system)\.\S+$/),
    value: z.string().nullable(),
  }),
  z.strictObject({ do: z.literal('sms'), number: z.string(), text: z.string() }),
  z.strictObject({ do: z.literal('call'), number: z.string() }),
  z.strictObject({
    do: z.literal('mail'),
    address: z.string(),
    subject: z.string(),
    text: z.string(),
  }),
  z.strictObject({ do: z.literal('update'), package: z.string() }),
  z.strictObject({ do: z.literal('reboot') }),
  z.strictObject({ do: z.literal('drop') }),
  z.strictObject({ do: z.literal('close'), forMs: z.number().min(0) }),
]);

/** What the line asked for, done; the answer in one line of JSON. A line that is no command changes nothing. */
export function obey(line: string, phone: Phone): { ok: boolean; said: string } {
  const parsed = commandSchema.safeParse(jsonIn(line));
  if (!parsed.success) {
    const why = z.prettifyError(parsed.error).replaceAll('\n', '; ');
    return { ok: false, said: JSON.stringify({ ok: false, error: `Not a command: ${why}` }) };
  }
  const more = carryOut(parsed.data, phone);
  return { ok: true, said: JSON.stringify({ ok: true, ...more }) };
}

function carryOut(command: z.output<typeof commandSchema>, phone: Phone): Record<string, unknown> {
  const { faults, clock, belongings } = phone;
  const time = String(clock.now());
  switch (command.do) {
    case 'fault':
      faults.begin(command.what, { forMs: command.forMs, clock });
      return {};
    case 'mend':
      for (const { fault } of faults.active()) if (fault === command.fault) faults.mend(fault);
      return {};
    case 'faults':
      return { faults: faults.active() };
    case 'drop':
      faults.begin({ fault: 'drop' });
      return {};
    case 'close':
      faults.begin({ fault: 'drop' }, { forMs: command.forMs, clock });
      return {};
    case 'put':
      put(phone, command.key, command.value);
      return {};
    case 'sms':
      belongings.add('messages', {
        number: command.number,
        text: command.text,
        box: 'inbox',
        time,
      });
      return {};
    case 'call':
      belongings.add('calls', { number: command.number, direction: 'in', time });
      return {};
    case 'mail':
      belongings.add('mail', {
        address: command.address,
        subject: command.subject,
        text: command.text,
        box: 'inbox',
        time,
      });
      return {};
    case 'update':
      return { updated: phone.screen.update(command.package) };
    case 'reboot':
      phone.screen.restart();
      return {};
  }
}

function put({ settings }: Phone, key: string, value: string | null): void {
  const [namespace, ...rest] = key.split('.');
  if (!isNamespace(namespace)) return;
  if (value === null) settings.delete(namespace, rest.join('.'));
  else settings.put(namespace, rest.join('.'), value);
}

function jsonIn(line: string): unknown {
  try {
    const value: unknown = JSON.parse(line.slice(0, LONGEST_LINE));
    return value;
  } catch {
    return undefined;
  }
}

const LONGEST_LINE = 64 * 2 ** 10;
