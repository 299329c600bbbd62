import { descriptionIn } from '../../../lib/exif.ts';
import type { Role } from '../../ui/app.ts';
import type { Row, Table } from './belongings.ts';
import { FileError } from '../storage/files.ts';
import type { Files } from '../storage/files.ts';
import type { StimulusKind } from '../stimulus.ts';

/** What a new entry means: what happened, and whose app it happened in. */
export interface Happened {
  readonly kind: StimulusKind;
  readonly role: Role;
  readonly values: Readonly<Record<string, string>>;
}

/** The stimulus that a new entry in a table is; a download was told when it began. */
export function happened(table: Table, row: Row, files: Pick<Files, 'read'>): Happened | undefined {
  const took = (...columns: readonly string[]): Record<string, string> =>
    Object.fromEntries(columns.map((name) => [name, row.get(name) ?? '']));
  const inbound = row.get('box') === 'inbox' || row.get('direction') === 'in';
  switch (table) {
    case 'contacts':
      return { kind: 'contact-added', role: 'contacts', values: took('name', 'number') };
    case 'messages':
      return {
        kind: inbound ? 'sms-received' : 'sms-sent',
        role: 'messages',
        values: took('number', 'text'),
      };
    case 'mail':
      return {
        kind: inbound ? 'mail-received' : 'mail-sent',
        role: 'mail',
        values: took('address', 'subject', 'text'),
      };
    case 'calls':
      return {
        kind: inbound ? 'call-received' : 'call-made',
        role: 'contacts',
        values: took('number'),
      };
    case 'photos': {
      const bytes = content(files, row.get('path'));
      // A file that came by another way than the camera is asked itself.
      const comment = row.get('comment') ?? descriptionIn(bytes);
      return {
        kind: 'photo-taken',
        role: 'camera',
        values: { ...took('name', 'path'), comment, content: bytes.toString('base64') },
      };
    }
    case 'downloads':
      return undefined;
  }
}

function content(files: Pick<Files, 'read'>, path: string | undefined): Buffer {
  try {
    return path === undefined ? Buffer.alloc(0) : files.read(path);
  } catch (error) {
    if (error instanceof FileError) return Buffer.alloc(0);
    throw error;
  }
}
