/** Native message boxes of the shell, in one place so that their words are. */
import { app, type BrowserWindow, dialog, type MessageBoxOptions } from 'electron';
import type { ErrorData } from '../base/errors.ts';
import type { UpdatePrompts } from './updater.ts';

async function ask(window: BrowserWindow | null, options: MessageBoxOptions): Promise<boolean> {
  const settings = { cancelId: 1, defaultId: 0, noLink: true, ...options };
  const { response } = await (window === null
    ? dialog.showMessageBox(settings)
    : dialog.showMessageBox(window, settings));
  return response === 0;
}

/** The engine died too often; true means try again. */
export const askRetryEngine = (window: BrowserWindow | null): Promise<boolean> =>
  ask(window, {
    type: 'error',
    title: 'Augury',
    message: 'The engine stopped several times in a row.',
    detail: 'Your data is safe: finished work was saved. Try again, or quit and run "augury doctor".',
    buttons: ['Try Again', 'Quit'],
  });

/** The engine cannot start for a reason that another try would not change. */
export async function tellEngineFailed(window: BrowserWindow | null, error: ErrorData): Promise<void> {
  await ask(window, {
    type: 'error',
    title: 'Augury',
    message: error.message,
    detail: error.hint,
    buttons: ['Quit'],
    cancelId: 0,
  });
}

export async function tellAbout(window: BrowserWindow): Promise<void> {
  await ask(window, {
    type: 'info',
    title: 'About Augury',
    message: `Augury ${app.getVersion()}`,
    detail: 'Predictive analytics on this machine. MIT licence.',
    buttons: ['OK'],
    cancelId: 0,
  });
}

/** The questions of an update. */
export function updatePrompts(window: BrowserWindow): UpdatePrompts {
  const tell = async (message: string, detail: string): Promise<void> => {
    await ask(window, { type: 'info', title: 'Augury', message, detail, buttons: ['OK'], cancelId: 0 });
  };
  return {
    askDownload: (version) =>
      ask(window, {
        type: 'question',
        title: 'Augury',
        message: `Augury ${version} is available.`,
        detail: 'Download it now? It is installed only after you agree again.',
        buttons: ['Download', 'Not Now'],
      }),
    askRestart: (version) =>
      ask(window, {
        type: 'question',
        title: 'Augury',
        message: `Augury ${version} is ready to install.`,
        detail: 'Restart now? Running jobs continue after the restart.',
        buttons: ['Restart', 'Later'],
      }),
    tellCurrent: () => tell('Augury is up to date.', `This is version ${app.getVersion()}.`),
    tellProblem: (message) => tell('The update could not be completed.', message),
  };
}
