/** What `import … from 'electron'` gives under the stand-in, and the strings by which a test pulls it. */
import { ipcMain } from './ipc.ts';
import { MessageChannelMain } from './ports.ts';
import { Preventable } from './preventable.ts';
import {
  answerDialog,
  app,
  asked,
  clickMenu,
  defaultSession,
  dialog,
  Menu,
  menuItems,
  protocol,
  SessionDouble,
  schemes,
  screen,
  session,
} from './shell.ts';
import { running, utilityProcess } from './utility.ts';
import { BrowserWindow } from './window.ts';

export { app, BrowserWindow, dialog, ipcMain, Menu, MessageChannelMain, protocol, screen, session, utilityProcess };

app.onQuit = () => {
  for (const window of [...BrowserWindow.all]) window.close();
};

/** What a test may look at. */
function state() {
  const [window] = BrowserWindow.all;
  return {
    windows: BrowserWindow.all.length,
    options: window?.options ?? null,
    bounds: window?.bounds ?? null,
    maximized: window?.isMaximized() ?? false,
    windowCalls: window?.calls ?? [],
    popups: window?.popups ?? [],
    sandboxed: app.sandboxed,
    schemes,
    menu: menuItems().map(({ label, role, accelerator }) => ({ label, role, accelerator })),
    asked: [...asked],
    handlers: [...ipcMain.handlers.keys()],
    channels: ipcMain.eventNames().map(String),
    utilities: [...running].map(({ serviceName, pid }) => ({ serviceName, pid: pid ?? 0 })),
  };
}

export type StandInState = ReturnType<typeof state>;

const commands: Readonly<Record<string, (argument: never) => unknown>> = {
  state,
  clickMenu: (label: string) => clickMenu(label),
  answerDialog: (answer: unknown) => answerDialog(answer),
  openFile: (file: string) => {
    const event = new Preventable();
    app.emit('open-file', event, file);
    return event.prevented;
  },
  secondInstance: ({ argv, folder }: { argv: string[]; folder: string }) =>
    app.emit('second-instance', {}, argv, folder),
  permission: async ({ name, url }: { name: string; url: string }) => ({
    request: await new Promise((done) =>
      defaultSession.request === null ? done(true) : defaultSession.request({}, name, done, { requestingUrl: url }),
    ),
    check: defaultSession.check?.({}, name, url) ?? true,
    device: defaultSession.device?.() ?? true,
  }),
  moveWindow: (bounds: BrowserWindow['bounds']) => {
    for (const window of BrowserWindow.all) window.bounds = bounds;
  },
  /** Sends a message as someone else would; says whether a port was given, or how it was refused. */
  forge: async ({ sender, channel }: { sender: string; channel: string }) => {
    let given = false;
    const real = BrowserWindow.all[0]?.webContents;
    const note = {
      postMessage: () => {
        given = true;
      },
    };
    const own = { url: 'app://augury/', parent: null };
    const frames: Readonly<Record<string, unknown>> = {
      'foreign-page': { ...own, url: 'https://example.com/' },
      frame: { ...own, parent: {} },
    };
    const contents = sender === 'other-window' || real === undefined ? note : real;
    const event = { sender: contents, senderFrame: frames[sender] ?? own };
    if (ipcMain.handlers.has(channel)) {
      return ipcMain.answer(channel, event, ['data', 'x']).then(
        () => 'answered',
        (error) => String(error),
      );
    }
    const kept = contents.postMessage;
    contents.postMessage = note.postMessage;
    ipcMain.emit(channel, event);
    contents.postMessage = kept;
    return given ? 'answered' : 'ignored';
  },
  /** Whether the application prevents an event that Chromium cannot be made to send here. */
  prevents: ({ event, url }: { event: string; url: string }) => {
    const asked = new Preventable(url);
    if (event === 'will-download') defaultSession.emit(event, asked, {}, { getURL: () => url });
    else BrowserWindow.all[0]?.webContents.emit(event, asked, url);
    return asked.prevented;
  },
  /** Whether a session made later is locked like the first. */
  newSession: () => {
    const made = new SessionDouble();
    app.emit('session-created', made);
    return made.request !== null && made.check !== null && made.device?.() === false;
  },
  webview: () => {
    const event = new Preventable();
    BrowserWindow.all[0]?.webContents.emit('will-attach-webview', event);
    return event.prevented;
  },
  quit: () => setImmediate(() => app.quit()) && true,
};

process.on('message', async ({ id, command, argument }: { id: number; command: string; argument: never }) => {
  try {
    process.send?.({ id, result: (await commands[command]?.(argument)) ?? null });
  } catch (error) {
    process.send?.({ id, error: String(error) });
  }
});

// The test that started us is gone.
process.on('disconnect', () => process.exit(1));
