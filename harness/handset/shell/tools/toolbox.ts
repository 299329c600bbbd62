import type { Phone } from '../../phone/phone.ts';
import type { Tool, Toolbox } from '../tool.ts';
import { activityTools } from './activity/am.ts';
import { builtins } from './builtins.ts';
import { cmdTools } from './cmd.ts';
import { dumpsysTools } from './dumpsys/dumpsys.ts';
import { changeTools } from './files/change.ts';
import { labelTools } from './files/labels.ts';
import { listTools } from './files/list.ts';
import { mountTools } from './files/mount.ts';
import { readTools } from './files/read.ts';
import { logTools } from './logcat.ts';
import { packageTools } from './packages/pm.ts';
import { processTools } from './processes.ts';
import { contentTools } from './system/content.ts';
import { displayTools } from './system/display.ts';
import { identityTools, su } from './system/identity.ts';
import { inputTools } from './system/input.ts';
import { propertyTools } from './system/properties.ts';
import { radioTools } from './system/radios.ts';
import { timeTools } from './system/time.ts';
import { textTools } from './text.ts';

/** The program that a word names on this phone; a path into the system's folders names the same. */
export function toolFor(name: string, phone: Phone): Tool | undefined {
  const word = name.replace(/^\/system\/x?bin\//, '');
  if (word === 'su') return phone.rom.rooted ? su : undefined;
  return TOOLS.get(word);
}

const BOXES: readonly Toolbox[] = [
  builtins,
  textTools,
  readTools,
  listTools,
  changeTools,
  labelTools,
  mountTools,
  propertyTools,
  contentTools,
  radioTools,
  displayTools,
  inputTools,
  identityTools,
  timeTools,
  processTools,
  logTools,
  packageTools,
  activityTools,
  dumpsysTools,
  cmdTools,
];

const TOOLS = new Map<string, Tool>(BOXES.flatMap((box) => Object.entries(box)));
