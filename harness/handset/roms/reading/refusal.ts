import { z } from 'zod';

/** What is wrong with a file: the JSON path of each mistake, what it is, and what is allowed there. */
export function wrongFields(error: z.ZodError): string[] {
  return error.issues.flatMap((issue) => told(issue, []));
}

type Issue = z.core.$ZodIssue;

function told(issue: Issue, above: readonly PropertyKey[]): string[] {
  const path = [...above, ...issue.path];
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    // Of the things it might have been, the one that it comes nearest to.
    const [nearest = []] = issue.errors.toSorted((a, b) => distance(a) - distance(b));
    if (nearest.length > 0 && distance(nearest) < FAR) {
      return nearest.flatMap((below) => told(below, path));
    }
    const wanted = issue.errors.flatMap((one) => one.map(({ message }) => message));
    return [`${placed(path)}: ${[...new Set(wanted)].join(', or ')}`];
  }
  return [`${placed(path)}: ${issue.message}`];
}

const FAR = 1000;

/** Another kind of thing altogether is far; mistakes inside the right kind of thing are near. */
function distance(issues: readonly Issue[]): number {
  const other = issues.some(
    ({ code, path }) => (code === 'invalid_type' || code === 'invalid_value') && path.length === 0,
  );
  return other ? FAR : issues.length;
}

function placed(path: readonly PropertyKey[]): string {
  return path.length > 0 ? z.core.toDotPath(path) : 'the whole';
}
