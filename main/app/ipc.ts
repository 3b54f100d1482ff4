import { type BrowserWindow, type IpcMainEvent, type IpcMainInvokeEvent, ipcMain } from 'electron';
import { bridgeChannels } from '../contract/bridge.ts';
import { chooseFile, chooseTarget } from './dialogs.ts';
import { isTrustedSender } from './hardening.ts';
import type { HostProcess } from './host-process.ts';

/**
 * Every message main accepts from the page; each is checked to come from the top frame of our own page in this window. Dialogs throw on
 * foreign senders, so that a caller learns nothing.
 */
export function answerPage(window: BrowserWindow, host: HostProcess): void {
  const isOurs = (event: IpcMainEvent | IpcMainInvokeEvent): boolean =>
    isTrustedSender(event) && event.sender === window.webContents;
  ipcMain.on(bridgeChannels.connect, (event) => {
    if (!isOurs(event)) return;
    event.sender.postMessage(bridgeChannels.port, null, [host.connect()]);
  });
  ipcMain.handle(bridgeChannels.openDialog, (event, purpose: unknown) => {
    if (!isOurs(event)) throw new Error('refused');
    return chooseFile(window, purpose);
  });
  ipcMain.handle(bridgeChannels.saveDialog, (event, purpose: unknown, suggested: unknown) => {
    if (!isOurs(event)) throw new Error('refused');
    return chooseTarget(window, purpose, suggested);
  });
}

/** Withdraws the handlers, before another window brings its own. */
export function stopAnswering(): void {
  ipcMain.removeAllListeners(bridgeChannels.connect);
  ipcMain.removeHandler(bridgeChannels.openDialog);
  ipcMain.removeHandler(bridgeChannels.saveDialog);
}
