import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const ROOT = new URL('../../', import.meta.url).pathname;

/** A checkout with our own settings and packages, and no code but what is planted: path → text. */
export async function aCheckoutWith(files: Readonly<Record<string, string>>) {
  const root = await mkdtemp(join(tmpdir(), 'leaklab-planted-'));
  for (const name of ['.ci', '.oxlintrc.json', 'tsconfig.json', 'package.json']) {
    await cp(join(ROOT, name), join(root, name), { recursive: true });
  }
  await symlink(join(ROOT, 'node_modules'), join(root, 'node_modules'));
  for (const name of ['harness', 'scenarios', 'test']) await mkdir(join(root, name));
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  return { root, [Symbol.asyncDispose]: () => rm(root, { recursive: true }) };
}
