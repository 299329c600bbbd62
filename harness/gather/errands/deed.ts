/**
 * Something that hands do on a phone outside the browser, or that happens to its owner: a scenario's steps are made of
 * them, whoever carries them out (a real phone, a rehearsal). All texts are as typed; `photo` is a JPEG as base64.
 */
export type Deed =
  | { readonly do: 'idle'; readonly seconds: number }
  | { readonly do: 'take photo'; readonly photo: string; readonly file: string }
  | { readonly do: 'receive SMS'; readonly from: string; readonly text: string }
  | { readonly do: 'send SMS'; readonly to: string; readonly text: string }
  | {
      readonly do: 'receive mail';
      readonly from: string;
      readonly subject: string;
      readonly text: string;
    }
  | {
      readonly do: 'send mail';
      readonly to: string;
      readonly subject: string;
      readonly text: string;
    }
  | { readonly do: 'add contact'; readonly name: string; readonly number: string }
  | { readonly do: 'open folder'; readonly name: string }
  | { readonly do: 'open settings'; readonly screen: SettingsScreen }
  | { readonly do: 'open status bar' }
  | { readonly do: 'switch network'; readonly to: Network }
  | { readonly do: 'set Android id'; readonly id: string }
  | { readonly do: 'turn clock'; readonly days: number }
  | { readonly do: 'reboot' };

export type SettingsScreen = 'main' | 'networks' | 'about phone';
export type Network = 'Wi-Fi' | 'mobile' | 'none';

/** What cannot be undone, and needs the word beside it in the device's `may` (method §11). */
export const NEEDS: Readonly<Partial<Record<Deed['do'], 'sms'>>> = { 'send SMS': 'sms' };

/** All texts of a deed: a canary in one of them was planted by it. */
export function textsOf(deed: Deed): string[] {
  return Object.values(deed).map(String);
}

/** The phone as the steps of a scenario see it, each word one deed. */
export interface PhoneHands {
  /** Nobody touches it, for so many seconds of phone time. */
  idle(seconds: number): Promise<void>;
  /** A photo lies where the camera puts them, under this file name, and the gallery knows of it. */
  takePhoto(photo: string, file: string): Promise<void>;
  receiveSms(message: { readonly from: string; readonly text: string }): Promise<void>;
  /** Through the messages app. Needs `may: ["sms"]` on a phone, and a number that belongs to the bench. */
  sendSms(message: { readonly to: string; readonly text: string }): Promise<void>;
  receiveMail(letter: {
    readonly from: string;
    readonly subject: string;
    readonly text: string;
  }): Promise<void>;
  /** Through the mail app. */
  sendMail(letter: {
    readonly to: string;
    readonly subject: string;
    readonly text: string;
  }): Promise<void>;
  /** Through the contacts app. */
  addContact(contact: { readonly name: string; readonly number: string }): Promise<void>;
  /** A folder of this name is opened in the file manager. */
  openFolder(name: string): Promise<void>;
  openSettings(screen: SettingsScreen): Promise<void>;
  /** Pulled down, and let up again. */
  openStatusBar(): Promise<void>;
  switchNetwork(to: Network): Promise<void>;
  /**
   * A value of ours, 16 hex digits, in the place of the phone's Android id. From Android 8 on apps are told another one,
   * made for each of them: there this shows nothing.
   */
  setAndroidId(id: string): Promise<void>;
  /**
   * The phone's clock is set so many days on, and back when the trial is over. Needs root. Names that are kept for a time
   * (90 days, say) show it; waiting times do not pass.
   */
  turnClock(days: number): Promise<void>;
  /** The phone is started anew, and the browser on it. */
  reboot(): Promise<void>;
}

/** Words to deeds: whoever carries out deeds can be spoken to like this. */
export function handsOf(act: (deed: Deed) => Promise<void>): PhoneHands {
  return {
    idle: (seconds) => act({ do: 'idle', seconds }),
    takePhoto: (photo, file) => act({ do: 'take photo', photo, file }),
    // Word by word: what nobody compiled may say others.
    receiveSms: ({ from, text }) => act({ do: 'receive SMS', from, text }),
    sendSms: ({ to, text }) => act({ do: 'send SMS', to, text }),
    receiveMail: ({ from, subject, text }) => act({ do: 'receive mail', from, subject, text }),
    sendMail: ({ to, subject, text }) => act({ do: 'send mail', to, subject, text }),
    addContact: ({ name, number }) => act({ do: 'add contact', name, number }),
    openFolder: (name) => act({ do: 'open folder', name }),
    openSettings: (screen) => act({ do: 'open settings', screen }),
    openStatusBar: () => act({ do: 'open status bar' }),
    switchNetwork: (to) => act({ do: 'switch network', to }),
    setAndroidId: (id) => act({ do: 'set Android id', id }),
    turnClock: (days) => act({ do: 'turn clock', days }),
    reboot: () => act({ do: 'reboot' }),
  };
}
