import { type BrowserWindow, ipcMain } from 'electron';
import { bridgeChannels } from '../contract/bridge.ts';
import { chooseFile, chooseTarget } from './dialogs.ts';
import { isTrustedSender } from './hardening.ts';
import type { HostProcess } from './host-process.ts';

/**
 * Every message main accepts from the page; each is checked to come from the top frame of our own page. Dialogs throw on
 * foreign senders, so that a caller learns nothing.
 */
export function answerPage(window: BrowserWindow, host: HostProcess): void {
  ipcMain.on(bridgeChannels.connect, (event) => {
    if (!isTrustedSender(event) || event.sender !== window.webContents) return;
    event.sender.postMessage(bridgeChannels.port, null, [host.connect()]);
  });
  ipcMain.handle(bridgeChannels.openDialog, (event, purpose: unknown) => {
    if (!isTrustedSender(event)) throw new Error('refused');
    return chooseFile(window, purpose);
  });
  ipcMain.handle(bridgeChannels.saveDialog, (event, purpose: unknown, suggested: unknown) => {
    if (!isTrustedSender(event)) throw new Error('refused');
    return chooseTarget(window, purpose, suggested);
  });
}

/** Withdraws the handlers, before another window brings its own. */
export function stopAnswering(): void {
  ipcMain.removeAllListeners(bridgeChannels.connect);
  ipcMain.removeHandler(bridgeChannels.openDialog);
  ipcMain.removeHandler(bridgeChannels.saveDialog);
}
