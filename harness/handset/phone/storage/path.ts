/** The one spelling of a path: absolute, without `.` and `..`, with /sdcard where it leads. */
export function normal(path: string): string {
  return join(split(path));
}

/** `/a//b/../c` as its parts; above the root is the root. */
export function split(path: string): string[] {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts[0] === 'sdcard' ? ['storage', 'emulated', '0', ...parts.slice(1)] : parts;
}

export function join(parts: readonly string[]): string {
  return `/${parts.join('/')}`;
}
