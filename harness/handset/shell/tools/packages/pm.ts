import type { InstalledPackage } from '../../../phone/programs/packages.ts';
import type { Answer, Call, Toolbox } from '../../tool.ts';
import { DONE, failed, unknown } from '../../tool.ts';
import { install } from './install.ts';

export const packageTools: Toolbox = { pm: (call) => pm(call, call.args) };

/** `pm` and `cmd package`, which are the same program. */
export async function pm(call: Call, [verb = '', ...args]: readonly string[]): Promise<Answer> {
  const act = VERBS.get(verb);
  return act ? await act(call, args) : unknown(`Unknown command: ${verb}`);
}

type Verb = (call: Call, args: readonly string[]) => Answer | Promise<Answer>;

const VERBS = new Map<string, Verb>([
  ['list', list],
  ['path', path],
  ['dump', (call, args) => call.run(['dumpsys', 'package', ...args]).then((code) => ({ code }))],
  ['install', install],
  ['uninstall', uninstall],
  ['clear', clear],
  ['grant', (call, args) => permit(call, args, true)],
  ['revoke', (call, args) => permit(call, args, false)],
  ['resolve-activity', resolve],
]);

function list(call: Call, [what = '', ...args]: readonly string[]): Answer {
  const { packages } = call.phone;
  if (what === 'instrumentation') {
    return linesOf(
      packages
        .list()
        .flatMap(({ package: name, instrumentation }) =>
          instrumentation
            ? [
                `instrumentation:${name}/${instrumentation.runner} (target=${instrumentation.target})`,
              ]
            : [],
        ),
    );
  }
  if (what === 'users') return 'Users:\n\tUserInfo{0:Owner:13} running\n';
  if (what === 'features')
    return 'feature:android.hardware.touchscreen\nfeature:android.hardware.wifi\n';
  if (what !== 'packages') return unknown(`Error: unknown list type '${what}'`);
  const filter = bare(args)[0] ?? '';
  const shown = packages
    .list()
    .filter((app) => app.package.includes(filter))
    .filter((app) => !(args.includes('-3') && app.system) && !(args.includes('-s') && !app.system));
  return linesOf(shown.map((app) => packageLine(app, args)));
}

function packageLine(app: InstalledPackage, flags: readonly string[]): string {
  const file = flags.includes('-f') ? `${app.path}=` : '';
  const version = flags.includes('--show-versioncode') ? ` versionCode:${app.versionCode}` : '';
  return `package:${file}${app.package}${version}${flags.includes('-U') ? ` uid:${app.uid}` : ''}`;
}

function path(call: Call, args: readonly string[]): Answer {
  const app = call.phone.packages.get(bare(args)[0] ?? '');
  return app ? `package:${app.path}\n` : { code: 1 };
}

function uninstall(call: Call, args: readonly string[]): Answer {
  const name = bare(args)[0] ?? '';
  const { packages, processes, screen } = call.phone;
  if (!packages.uninstall(name))
    return { out: 'Failure [DELETE_FAILED_INTERNAL_ERROR]\n', code: 1 };
  screen.stop(name);
  processes.stop(name);
  return 'Success\n';
}

function clear(call: Call, args: readonly string[]): Answer {
  const name = bare(args)[0] ?? '';
  const { packages, processes, screen } = call.phone;
  if (!packages.get(name)) return { out: 'Failed\n', code: 1 };
  screen.clear(name);
  processes.stop(name);
  packages.get(name)?.granted.clear();
  return 'Success\n';
}

function permit(call: Call, args: readonly string[], granted: boolean): Answer {
  const [name = '', permission = ''] = bare(args);
  const app = call.phone.packages.get(name);
  if (!app)
    return failed(
      `Exception occurred while executing: java.lang.IllegalArgumentException: Unknown package: ${name}`,
      255,
    );
  if (granted) app.granted.add(permission);
  else app.granted.delete(permission);
  return DONE;
}

function resolve(call: Call, args: readonly string[]): Answer {
  const [name = ''] = bare(args).toReversed();
  const activity = call.phone.packages.get(name)?.activity;
  if (activity === null || activity === undefined) return 'No activity found\n';
  return (
    'priority=0 preferredOrder=0 match=0x108000 specificIndex=-1 isDefault=true\n' +
    `${name}/${activity}\n`
  );
}

/** The words that are neither flags nor a flag's value. */
function bare(args: readonly string[]): string[] {
  const valued = ['--user', '-a', '-c', '-i'];
  return args.filter((word, at) => !word.startsWith('-') && !valued.includes(args[at - 1] ?? ''));
}

function linesOf(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}
