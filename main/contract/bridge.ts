/**
 * The narrow bridge between the page and Electron's main process: what the preload script puts on `window.augury`, and the
 * names of the channels behind it. Everything else the page does goes through the one port that `connect` brings.
 */

/** Channels between preload and main; main accepts no others. */
export const bridgeChannels = {
  connect: 'augury:connect',
  port: 'augury:port',
  command: 'augury:command',
  openDialog: 'augury:open-dialog',
  saveDialog: 'augury:save-dialog',
} as const;

/** What a menu item or an opened file asks the page to do; `path` is the file, where there is one. */
export type BridgeCommand = {
  readonly name: 'import' | 'train' | 'palette' | 'toggle-theme' | 'settings' | 'shortcuts' | 'open-model';
  readonly path: string | null;
};

/** What a native dialog is for; it decides the title and the file types offered. */
export type OpenPurpose = 'data' | 'model' | 'schema';
export type SavePurpose = 'data' | 'model' | 'picture';

export type AuguryBridge = {
  /** Asks for a port to the engine host; it arrives as a window message `{ type: 'augury:port' }` with one port. */
  readonly connect: () => void;
  /** The path of a file that was dropped or chosen in the page; empty when it has none. */
  readonly pathForFile: (file: File) => string;
  /** `win32`, `darwin` or `linux`, and the versions the window runs on. */
  readonly platform: { readonly os: string; readonly electron: string; readonly chrome: string };
  /** Calls back for each command, those that came before the first listener included; returns how to stop. */
  readonly onCommand: (listener: (command: BridgeCommand) => void) => () => void;
  /** The system's dialog to choose a file; null when the user closed it. */
  readonly openDialog: (purpose: OpenPurpose) => Promise<string | null>;
  /** The system's dialog to choose where to save; null when the user closed it. */
  readonly saveDialog: (purpose: SavePurpose, suggestedName: string) => Promise<string | null>;
};
