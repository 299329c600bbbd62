/**
 * Everything that can happen on the phone and that a collector's rule may wait for, with the values it brings: a
 * template's `{stimulus.url}`. All values are texts. `content` is base64 of a file's bytes.
 */
export const STIMULI = {
  // In a browser.
  'page-opened': ['url'],
  'page-finished': ['url', 'title'],
  'page-titled': ['url', 'title'],
  'word-searched': ['words', 'engine', 'url', 'position', 'method'],
  /** Once for each keystroke: all that the field holds then, though nobody submitted it. */
  'text-typed': ['text', 'field'],
  'download-started': ['url', 'file', 'suffix'],
  'reader-opened': ['url'],
  'link-copied': ['url'],
  'page-shared': ['url'],

  // In any app.
  'app-opened': [],
  'app-closed': [],
  'screen-opened': ['screen'],
  'folder-opened': ['folder'],
  'file-opened': ['path'],
  /** A piece of the app's state was changed by a finger. */
  'toggle-changed': ['name', 'value'],
  'photo-taken': ['name', 'path', 'comment', 'content'],
  'photo-opened': ['name', 'path', 'comment'],
  'sms-sent': ['number', 'text'],
  'sms-received': ['number', 'text'],
  'mail-sent': ['address', 'subject', 'text'],
  'mail-received': ['address', 'subject', 'text'],
  'contact-added': ['name', 'number'],
  'contact-opened': ['name', 'number'],
  'call-made': ['number'],
  'call-received': ['number'],

  // To the phone itself; the package is `android`. The collectors' engine finds out by itself, from settings, clock
  // and network: account-*, network-*, idle, server-replied. The screens tell the rest.
  boot: [],
  'status-bar-opened': [],
  'account-signed-in': ['account'],
  'account-signed-out': ['account'],
  'network-back': ['network'],
  'network-lost': [],
  /** Nobody touched the phone for as long as the rule says. */
  idle: ['ms'],
  /** Our own app is asked, by a broadcast of the bench, to send a value by one of its ways. */
  'asked-to-tell': ['way', 'value'],
  /** The answer to something this collector sent through its channel `via`. */
  'server-replied': ['via', 'status'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type StimulusKind = keyof typeof STIMULI;
