/** Whose screens do what on a phone, by ROM family: packages as the phone knows them. */
export interface Places {
  readonly files: string;
  readonly contacts: string;
  readonly messages: string;
  /** Null: none that we know. */
  readonly mail: string | null;
}

const MIUI: Places = {
  files: 'com.mi.android.globalFileexplorer',
  contacts: 'com.android.contacts',
  messages: 'com.android.mms',
  mail: 'com.android.email',
};

const AOSP: Places = {
  files: 'com.android.documentsui',
  contacts: 'com.android.contacts',
  messages: 'com.android.messaging',
  mail: null,
};

export function placesOf(family: string): Places {
  return family === 'MIUI' ? MIUI : AOSP;
}

/** Where the camera puts its photos, and where a person's folders are (Android's shared storage). */
export const CAMERA = '/storage/emulated/0/DCIM/Camera';
export const STORAGE = '/storage/emulated/0';

/** Android's content providers, by what is in them. */
export const TABLES = {
  photos: 'content://media/external/images/media',
  messages: 'content://sms',
  inbox: 'content://sms/inbox',
  mail: 'content://com.android.email.provider/message',
  contacts: 'content://com.android.contacts/raw_contacts',
} as const;
