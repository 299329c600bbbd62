/** An intent as `am` takes it from its arguments. */
export interface Intent {
  readonly action: string | undefined;
  readonly data: string | undefined;
  readonly package: string;
  /** Class in the package, when the intent names one. */
  readonly activity: string | undefined;
  readonly stopFirst: boolean;
  readonly wait: boolean;
  readonly extras: ReadonlyMap<string, string>;
}

export function intentOf(args: readonly string[]): Intent {
  const values = new Map<string, string>();
  const extras = new Map<string, string>();
  const flags = new Set<string>();
  const loose: string[] = [];
  for (let at = 0; at < args.length; at++) {
    const word = args[at] ?? '';
    if (EXTRAS.has(word)) extras.set(args[++at] ?? '', args[++at] ?? '');
    else if (VALUED.has(word)) values.set(word, args[++at] ?? '');
    else if (word.startsWith('-')) flags.add(word);
    else loose.push(word);
  }
  // A loose word is a URL, a component or a package, in that order of likeness.
  const [last] = loose.toReversed();
  const url = last !== undefined && /^[a-z][a-z0-9+.-]*:/i.test(last) ? last : undefined;
  const component =
    values.get('-n') ?? (last?.includes('/') && url === undefined ? last : undefined);
  const [name = '', activity] = (
    component ??
    values.get('-p') ??
    (url === undefined ? last : '') ??
    ''
  ).split('/');
  return {
    action: values.get('-a'),
    data: values.get('-d') ?? url,
    package: name,
    activity,
    stopFirst: flags.has('-S'),
    wait: flags.has('-W') || flags.has('-w'),
    extras,
  };
}

/** As ActivityManager prints it back. */
export function shownIntent({ action, data, package: name, activity }: Intent): string {
  const parts = [
    action === undefined ? [] : [`act=${action}`],
    data === undefined ? [] : [`dat=${data}`],
    name !== '' && activity === undefined ? [`pkg=${name}`] : [],
    activity === undefined ? [] : [`cmp=${name}/${activity}`],
  ].flat();
  return `Intent { ${parts.join(' ')} }`;
}

const VALUED = new Set([
  '-a',
  '-d',
  '-t',
  '-c',
  '-n',
  '-p',
  '-f',
  '--user',
  '-P',
  '--activity-options',
  '-i',
]);

const EXTRAS = new Set(['-e', '--es', '--ez', '--ei', '--el', '--ef', '--eu', '--esa', '--eia']);
