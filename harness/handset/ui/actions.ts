import { z } from 'zod';
import { TABLES } from '../phone/owner/belongings.ts';
import { STIMULI } from '../phone/stimulus.ts';

/**
 * What a finger may set off, in the words of an app's file. Texts are templates over the values of app.ts;
 * `{field.number}` is what stands in the field of that id, `{arg.number}` what the screen was opened with.
 */
export const template = z.string().max(4000);
export const name = z.string().min(1).max(80);

/** A key of the settings with its namespace: `secure.upload_log_pref`. */
const settingKey = z.string().regex(/^(global|secure|system)\.\S+$/, 'is not namespace.key');

const templates = z.record(name, template);

/** What the built-in browser does. */
const pageActionSchema = z.union([
  /** What was typed into an address field: a page to open, or words for the chosen engine. */
  z.strictObject({ browse: template }),
  z.strictObject({ open: template }),
  z.strictObject({ reload: z.literal(true) }),
  z.strictObject({ closePages: z.literal(true) }),
  /** Fetches the address and keeps it under Download. */
  z.strictObject({ download: template }),
]);

/** What reaches beyond the app. */
const phoneActionSchema = z.union([
  /** Brings another app to the front, at the screen that answers this intent's action if one is named. */
  z.strictObject({ launch: template, action: z.string().optional() }),
  z.strictObject({ tell: z.enum(stimulusKinds()), values: templates.default({}) }),
  z.strictObject({ put: z.record(settingKey, template) }),
  z.strictObject({ unset: settingKey }),
  /** 1 becomes 0 and 0 becomes 1; `absent` says which of them an absent key means. */
  z.strictObject({ flip: settingKey, absent: z.enum(['0', '1']).default('0') }),
  z.strictObject({ add: z.enum(TABLES), row: templates }),
  /** To the clipboard. */
  z.strictObject({ copy: template }),
  /** Takes a picture with the camera; its comment is written into the picture. */
  z.strictObject({ shoot: template }),
  /** Puts the newer version of an app that the ROM profile has ready in place of the installed one. */
  z.strictObject({ update: template }),
]);

export const actionSchema = z.union([
  z.strictObject({ go: name, with: templates.optional() }),
  /** Forgets the way here and starts again from this screen. */
  z.strictObject({ reset: name }),
  z.strictObject({ back: z.literal(true) }),
  z.strictObject({ set: z.record(name, z.string()) }),
  /** To the next of the state's values. */
  z.strictObject({ toggle: name }),
  phoneActionSchema,
  pageActionSchema,
]);

export type AppAction = z.infer<typeof actionSchema>;
export type PhoneAction = z.infer<typeof phoneActionSchema>;
export type PageAction = z.infer<typeof pageActionSchema>;

function stimulusKinds(): (keyof typeof STIMULI)[] {
  const known = (key: string): key is keyof typeof STIMULI => Object.hasOwn(STIMULI, key);
  return Object.keys(STIMULI).filter(known);
}
