import { spawn } from 'node:child_process';

/** Opens a loopback address in the user's browser; silent when the machine has none. */
export function openBrowser(url: string): void {
  const [file, args] =
    process.platform === 'win32'
      ? (['rundll32', ['url.dll,FileProtocolHandler', url]] as const)
      : ([process.platform === 'darwin' ? 'open' : 'xdg-open', [url]] as const);
  const child = spawn(file, args, { stdio: 'ignore', detached: true });
  child.on('error', () => {});
  child.unref();
}
