/** The shell around the engine: one window, one host, one menu, and what the system sends us. */
import { app, type BrowserWindow, Menu, session } from 'electron';
import type { BridgeCommand } from '../contract/bridge.ts';
import { bridgeChannels } from '../contract/bridge.ts';
import { chooseFile } from './dialogs.ts';
import { lockSession } from './hardening.ts';
import { type HostProcess, startHostProcess, type UpdateSettings } from './host-process.ts';
import { answerPage, stopAnswering } from './ipc.ts';
import { menuTemplate } from './menu.ts';
import { modelFilesOf } from './opened-files.ts';
import { askRetryEngine, tellAbout, tellEngineFailed, updatePrompts } from './prompts.ts';
import { serveScheme } from './protocol.ts';
import { checkForUpdate, configureUpdater } from './updater.ts';
import { openWindow, revealWindow } from './window.ts';

export type ShellOptions = {
  readonly hostEntry: URL;
  readonly inferenceEntry: URL;
  readonly rendererFolder: string;
  readonly preload: string;
  readonly icon: string;
  readonly stateFile: string;
  readonly workspaceFolder: string;
  readonly sample: string | null;
  readonly monotonic: () => number;
};

const QUIT_PATIENCE_MS = 5000;

/** Runs the application once Electron is ready. Files that arrive earlier are kept until the page listens. */
export async function runShell(options: ShellOptions): Promise<void> {
  let window: BrowserWindow | null = null;
  let host: HostProcess | null = null;
  const early: BridgeCommand[] = [];

  const send = (name: BridgeCommand['name'], path: string | null = null): void => {
    const command: BridgeCommand = { name, path };
    if (window === null) early.push(command);
    else window.webContents.send(bridgeChannels.command, command);
  };

  const openFiles = (files: readonly string[]): void => {
    for (const file of files) send('open-model', file);
    if (window !== null) revealWindow(window);
  };
  openFiles(modelFilesOf(process.argv, process.cwd()));
  app.on('open-file', (event, file) => {
    event.preventDefault();
    openFiles(modelFilesOf(['', file], '/'));
  });
  app.on('second-instance', (_event, argv, workingFolder) => {
    openFiles(modelFilesOf(argv, workingFolder));
    if (window === null && app.isReady()) showWindow();
  });

  const showWindow = (): void => {
    const opened = openWindow(options);
    window = opened;
    stopAnswering();
    if (host !== null) answerPage(opened, host);
    opened.webContents.once('dom-ready', () => {
      for (const command of early.splice(0)) opened.webContents.send(bridgeChannels.command, command);
    });
    opened.webContents.on('render-process-gone', (_event, details) => {
      if (details.reason !== 'clean-exit') opened.webContents.reload();
    });
    opened.on('closed', () => {
      window = null;
    });
  };

  let updates: UpdateSettings = { channel: 'stable', check: false };
  let checkedOnce = false;
  const checkUpdates = async (askedByUser: boolean): Promise<void> => {
    if (window === null) return;
    const { default: updater } = await import('electron-updater');
    configureUpdater(updater.autoUpdater, updates.channel);
    await checkForUpdate(updater.autoUpdater, updatePrompts(window), { askedByUser });
  };
  const onUpdates = (settings: UpdateSettings): void => {
    updates = settings;
    if (!settings.check || checkedOnce || !app.isPackaged) return;
    checkedOnce = true;
    void checkUpdates(false);
  };

  const askFile = (purpose: 'data' | 'model', name: BridgeCommand['name']) => async (): Promise<void> => {
    if (window === null) return;
    const file = await chooseFile(window, purpose);
    if (file !== null) send(name, file);
  };

  await app.whenReady();
  lockSession(session.defaultSession);
  serveScheme(session.defaultSession.protocol, options.rendererFolder);
  Menu.setApplicationMenu(
    Menu.buildFromTemplate(
      menuTemplate(process.platform, {
        command: (name) => send(name),
        importFile: () => void askFile('data', 'import')(),
        openModel: () => void askFile('model', 'open-model')(),
        checkForUpdates: () => void checkUpdates(true),
        about: () => window !== null && void tellAbout(window),
      }),
    ),
  );
  const started = startHostProcess({
    hostEntry: options.hostEntry,
    inferenceEntry: options.inferenceEntry,
    monotonic: options.monotonic,
    start: {
      type: 'start',
      workspaceFolder: options.workspaceFolder,
      version: app.getVersion(),
      sample: options.sample,
    },
    onUpdates,
    onGaveUp: () => {
      void askRetryEngine(window).then((again) => (again ? host?.retry() : app.quit()));
    },
    onFailed: (error) => {
      void tellEngineFailed(window, error).then(() => app.quit());
    },
  });
  host = started;
  showWindow();

  app.on('activate', () => {
    if (window === null) showWindow();
  });
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });
  let stopped = false;
  app.on('will-quit', (event) => {
    if (stopped) return;
    event.preventDefault();
    void started.stop(QUIT_PATIENCE_MS).then(() => {
      stopped = true;
      app.quit();
    });
  });
}
