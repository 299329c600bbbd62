import type { Answer, Call } from '../../tool.ts';
import { component } from './activity.ts';

/** `dumpsys window`: focus, lock screen, display. The handset is never locked. */
export function windowState({ phone }: Call): Answer {
  const front = component(phone);
  const { width, height, density } = phone.rom.display;
  return (
    'WINDOW MANAGER DISPLAY CONTENTS (dumpsys window displays)\n  Display: mDisplayId=0\n' +
    `    init=${width}x${height} ${density}dpi cur=${width}x${height} app=${width}x${height}\n` +
    `  mCurrentFocus=Window{abc1 u0 ${front}}\n  mFocusedApp=ActivityRecord{def2 u0 ${front} t10}\n` +
    'WINDOW MANAGER POLICY STATE (dumpsys window policy)\n  mShowingLockscreen=false\n' +
    '  KeyguardStateMonitor\n    mIsShowing=false\n    mSimSecure=false\n    mInputRestricted=false\n' +
    '  mScreenOnFully=true screenState=SCREEN_STATE_ON\n'
  );
}
