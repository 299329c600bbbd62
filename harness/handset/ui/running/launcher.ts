import type { AppData } from '../app.ts';

/** The phone's home screen: one icon for each app. What is shown when no app is in front. */
export function launcher(apps: readonly AppData[]): AppData {
  return {
    package: 'com.android.launcher3',
    label: 'Home',
    activity: 'com.android.launcher3/com.android.launcher3.Launcher',
    state: {},
    engines: {},
    screens: {
      start: [{ screen: 'home' }],
      all: {
        home: {
          nodes: [
            { class: 'android.view.View', id: 'workspace', fill: true },
            ...apps.map((app) => ({
              class: 'Button',
              id: 'icon',
              text: app.label,
              description: app.label,
              do: [{ launch: app.package }],
            })),
          ],
        },
      },
    },
  };
}
