import type { Phone } from '../phone/phone.ts';
import { bytesOf } from './plumbing.ts';
import { openSession, runIn } from './run.ts';
import type { Streams } from './tool.ts';

/**
 * A shell without a script: reads lines and runs each, until `exit` or the end of the input. On a terminal it
 * prompts and echoes, as the phone's end of a terminal does. Gives the exit code.
 */
export async function converse(
  phone: Phone,
  streams: Streams,
  { terminal }: { terminal: boolean },
): Promise<number> {
  const session = openSession('shell');
  const prompt = `${phone.properties.get('ro.product.device') ?? 'handset'}:/ $ `;
  const show = async (text: string): Promise<void> => {
    if (terminal) await streams.stdout.write(text);
  };
  await show(prompt);
  let held = '';
  for await (const chunk of streams.stdin) {
    held += chunk.toString('utf8');
    await show(chunk.toString('utf8').replaceAll(/\r\n?|(?<!\r)\n/g, '\r\n'));
    for (;;) {
      const end = held.search(/[\r\n\x04]/);
      if (end === -1) break;
      const line = held.slice(0, end);
      const left = held.charAt(end) === '\x04';
      held = held.slice(end + 1);
      // Lines are run one after the other; a command that reads its input gets none here.
      await runIn(phone, session, line, { ...streams, stdin: bytesOf() });
      if (session.exited || left || streams.signal.aborted) return session.last;
      await show(prompt);
    }
  }
  if (held !== '') await runIn(phone, session, held, { ...streams, stdin: bytesOf() });
  return session.last;
}
