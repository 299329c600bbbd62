import type { InstalledPackage } from '../../../phone/programs/packages.ts';
import type { Answer, Call } from '../../tool.ts';

/** `dumpsys package P`: version, signer and permissions of an app. */
export function packageState({ phone }: Call, args: readonly string[]): Answer {
  const name = args.findLast((word) => !word.startsWith('-'));
  if (name === undefined) return `Packages:\n${phone.packages.list().map(described).join('')}`;
  const app = phone.packages.get(name);
  return app ? `Packages:\n${described(app)}` : `Unable to find package: ${name}\n`;
}

function described(app: InstalledPackage): string {
  const requested = app.permissions.map((permission) => `      ${permission}\n`).join('');
  const installed = app.permissions
    .map((permission) => `      ${permission}: granted=true\n`)
    .join('');
  const runtime = [...app.granted].map(
    (permission) => `        ${permission}: granted=true, flags=[ USER_SET ]\n`,
  );
  return (
    `  Package [${app.package}] (${app.sha256.slice(0, 6)}):\n` +
    `    userId=${app.uid}\n    codePath=${app.path.replace('/base.apk', '')}\n` +
    `    versionCode=${app.versionCode} minSdk=${app.minSdk} targetSdk=${app.targetSdk}\n` +
    `    versionName=${app.versionName}\n    flags=[ ${app.system ? 'SYSTEM ' : ''}HAS_CODE ALLOW_CLEAR_USER_DATA ]\n` +
    `    signatures=PackageSignatures{${app.sha256.slice(6, 13)} version:2, signatures:[${app.signer}], past signatures:[]}\n` +
    `    requested permissions:\n${requested}    install permissions:\n${installed}` +
    '    User 0: ceDataInode=1 installed=true hidden=false suspended=false stopped=false notLaunched=false enabled=0\n' +
    `      runtime permissions:\n${runtime.join('')}`
  );
}
