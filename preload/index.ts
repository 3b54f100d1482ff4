/**
 * The only code of ours with a foot in both worlds. It runs sandboxed and hands the page one MessagePort to the engine
 * host, the path of a file the user gave, platform facts, menu commands and two native dialogs; nothing else.
 */
import { contextBridge, type IpcRendererEvent, ipcRenderer, webUtils } from 'electron';
import { type AuguryBridge, type BridgeCommand, bridgeChannels } from '../main/contract/bridge.ts';

const waiting: BridgeCommand[] = [];
const listeners = new Set<(command: BridgeCommand) => void>();

ipcRenderer.on(bridgeChannels.command, (_event: IpcRendererEvent, command: BridgeCommand) => {
  if (listeners.size === 0) waiting.push(command);
  for (const listener of listeners) listener(command);
});

ipcRenderer.on(bridgeChannels.port, (event: IpcRendererEvent) => {
  // Ports cannot cross the context bridge; a message to our own origin is how the page gets one.
  window.postMessage({ type: bridgeChannels.port }, window.location.origin, event.ports);
});

const bridge: AuguryBridge = {
  connect: () => ipcRenderer.send(bridgeChannels.connect),
  pathForFile: (file) => webUtils.getPathForFile(file),
  platform: {
    os: process.platform,
    electron: process.versions.electron ?? '',
    chrome: process.versions.chrome ?? '',
  },
  onCommand: (listener) => {
    listeners.add(listener);
    for (const command of waiting.splice(0)) listener(command);
    return () => void listeners.delete(listener);
  },
  openDialog: (purpose) => ipcRenderer.invoke(bridgeChannels.openDialog, purpose),
  saveDialog: (purpose, suggestedName) => ipcRenderer.invoke(bridgeChannels.saveDialog, purpose, suggestedName),
};

contextBridge.exposeInMainWorld('augury', bridge);
