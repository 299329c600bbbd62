import { Fault } from '../../lib/fault.ts';

/**
 * npm takes options before a lone `--` for its own: `npm run scenario incognito --device D` reaches us as the stray
 * word `D` and `npm_config_device=true` (npm 11; `--device=D` as `npm_config_device=D`). The experiment that was
 * meant is not the one that would run, so this is a Fault that shows the right command.
 */
export function refuseEaten(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  options: ReadonlySet<string>,
): void {
  if (env['npm_command'] === undefined) return;
  const eaten = [...options].flatMap((option) => {
    const value = env[`npm_config_${option.replaceAll('-', '_')}`];
    return value === undefined || value === '' ? [] : [{ option, value }];
  });
  if (eaten.length === 0) return;
  const words = args.filter((word) => !word.startsWith('-'));
  const named = words.slice(0, NAMED.get(command) ?? 1);
  const stray = words.slice(named.length);
  const start =
    command === 'bench'
      ? ['npm run bench --', ...named]
      : command === 'scenario'
        ? ['npm run scenario', ...named, '--']
        : command === 'compare'
          ? ['npm run compare --', ...named]
          : ['npm run leaklab --', command, ...named];
  // With several options npm has forgotten which of the stray words belonged to which.
  const meant = eaten.map((one) => written(one, eaten.length === 1 ? stray[0] : undefined));
  throw new Fault(
    'options-before-dashes',
    `npm kept ${eaten.map(({ option }) => `--${option}`).join(', ')} for itself: "--" is missing`,
    `Type: ${[...start, ...meant].join(' ')}`,
  );
}

/** How many words a command takes beside its options, where it is not one. */
const NAMED: ReadonlyMap<string, number> = new Map([
  ['restore', 0],
  ['compare', 2],
]);

/** The option as it should have been typed. */
function written(
  { option, value }: { readonly option: string; readonly value: string },
  stray: string | undefined,
): string {
  const said = value === 'true' ? stray : value;
  if (said !== undefined) return `--${option} ${said}`;
  return option === 'resume' ? '--resume' : `--${option} …`;
}
