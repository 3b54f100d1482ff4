/**
 * Updates, with the user's consent at each step: nothing is looked for unless asked or switched on, nothing is downloaded
 * or installed without a yes. electron-updater does the work and checks hashes and signatures; this decides.
 */
import type { AppUpdater, UpdateInfo } from 'electron-updater';

export type UpdateChannel = 'stable' | 'beta';

/** Questions to the user. */
export type UpdatePrompts = {
  readonly askDownload: (version: string) => Promise<boolean>;
  readonly askRestart: (version: string) => Promise<boolean>;
  /** Only after the user asked for a check by hand. */
  readonly tellCurrent: () => Promise<void>;
  readonly tellProblem: (message: string) => Promise<void>;
};

export type UpdateOutcome = 'current' | 'declined' | 'downloaded' | 'installing' | 'problem';

/** Settings that must hold whatever electron-updater's defaults become. */
export function configureUpdater(updater: AppUpdater, channel: UpdateChannel): void {
  updater.logger = null;
  updater.autoDownload = false;
  updater.autoInstallOnAppQuit = false;
  updater.autoRunAppAfterInstall = true;
  updater.fullChangelog = false;
  updater.disableWebInstaller = true;
  updater.allowPrerelease = channel === 'beta';
  updater.channel = channel === 'beta' ? 'beta' : 'latest';
  // Setting a channel allows downgrades as a side effect; this must come after it.
  updater.allowDowngrade = false;
}

/**
 * Looks for an update and, with consent, downloads it and offers to restart into it. Staged roll-outs and downgrades are
 * electron-updater's to refuse, and it verifies what it downloaded; a failure is told, never retried by itself.
 */
export async function checkForUpdate(
  updater: AppUpdater,
  prompts: UpdatePrompts,
  options: { readonly askedByUser: boolean },
): Promise<UpdateOutcome> {
  try {
    const found = await updater.checkForUpdates();
    if (found === null || !found.isUpdateAvailable) {
      if (options.askedByUser) await prompts.tellCurrent();
      return 'current';
    }
    const { version }: UpdateInfo = found.updateInfo;
    if (!(await prompts.askDownload(version))) return 'declined';
    await updater.downloadUpdate();
    if (!(await prompts.askRestart(version))) return 'downloaded';
    updater.quitAndInstall(false, true);
    return 'installing';
  } catch (error) {
    const message = error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : String(error);
    if (options.askedByUser) await prompts.tellProblem(message);
    return 'problem';
  }
}
