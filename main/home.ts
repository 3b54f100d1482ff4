import { homedir } from 'node:os';
import { join } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/** Augury's own data folder: AUGURY_HOME, or where this system keeps data of applications. */
export function dataFolder(env: Environment, platform: NodeJS.Platform = process.platform, home = homedir()): string {
  if (env.AUGURY_HOME) return env.AUGURY_HOME;
  if (platform === 'win32') return join(env.APPDATA ?? join(home, 'AppData', 'Roaming'), 'Augury');
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'Augury');
  return join(env.XDG_DATA_HOME ?? join(home, '.local', 'share'), 'augury');
}

/** The workspace that window, browser and command line share when none is named. */
export const defaultWorkspaceFolder = (env: Environment): string => join(dataFolder(env), 'workspace');
