/** Electron's entry: hardening first, one instance, then the shell. All work happens in the engine host. */
import { accessSync, constants, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { app, dialog } from 'electron';
import { hardenApp } from './app/hardening.ts';
import { declareScheme } from './app/protocol.ts';
import { runShell } from './app/shell.ts';
import { entryUrl, preloadFile, rendererFolder, resourcesFolder } from './entries.ts';
import { dataFolder, defaultWorkspaceFolder } from './home.ts';

declareScheme();
hardenApp();
app.setName('Augury');
const userData = join(dataFolder(process.env), 'window');
const writable = canWrite(userData);
if (writable) app.setPath('userData', userData);
app.setAppUserModelId('dev.augury.app');

if (!writable) {
  dialog.showErrorBox(
    'Augury',
    `Augury cannot write to its folder ${userData}. Make it writable, or name another one with AUGURY_HOME.`,
  );
  app.exit(1);
} else if (app.requestSingleInstanceLock()) {
  // Not awaited: Electron becomes ready only after this module has been evaluated.
  void runShell({
    hostEntry: entryUrl('host'),
    inferenceEntry: entryUrl('inference'),
    rendererFolder: rendererFolder(),
    preload: preloadFile(),
    icon: join(resourcesFolder(), 'icons', 'augury.png'),
    stateFile: join(userData, 'window-state.json'),
    workspaceFolder: defaultWorkspaceFolder(process.env),
    sample: process.env.AUGURY_SAMPLE ?? null,
    monotonic: () => performance.now(),
  });
} else {
  app.quit();
}

function canWrite(folder: string): boolean {
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
