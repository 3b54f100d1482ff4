import { BrowserWindow, type BrowserWindowConstructorOptions, screen } from 'electron';
import { pageUrl } from './origin.ts';
import { fitToScreens, minimumSize, readWindowState, type WindowState, writeWindowState } from './window-state.ts';

/** Options of the one window: a sandboxed, isolated page without Node, and only our preload. */
export function windowOptions(state: WindowState, preload: string, icon: string): BrowserWindowConstructorOptions {
  return {
    x: state.x,
    y: state.y,
    width: state.width,
    height: state.height,
    minWidth: minimumSize.width,
    minHeight: minimumSize.height,
    title: 'Augury',
    icon,
    show: false,
    backgroundColor: '#16181d',
    webPreferences: {
      preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      safeDialogs: true,
      spellcheck: false,
    },
  };
}

export type WindowPaths = { readonly preload: string; readonly icon: string; readonly stateFile: string };

/** Opens the window where it was last time, shows it when it has something to show, and keeps where it goes. */
export function openWindow(paths: WindowPaths): BrowserWindow {
  const primary = screen.getPrimaryDisplay();
  const others = screen.getAllDisplays().filter((display) => display.id !== primary.id);
  const areas = [primary, ...others].map((display) => display.workArea);
  const state = fitToScreens(readWindowState(paths.stateFile), areas);
  const window = new BrowserWindow(windowOptions(state, paths.preload, paths.icon));
  if (state.maximized) window.maximize();
  window.once('ready-to-show', () => window.show());
  window.on('close', () => {
    writeWindowState(paths.stateFile, { ...window.getNormalBounds(), maximized: window.isMaximized() });
  });
  void window.loadURL(pageUrl);
  return window;
}

/** Brings the window to the front. */
export function revealWindow(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}
