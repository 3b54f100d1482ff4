/**
 * What no page may do, whatever it shows: go elsewhere, open windows, ask for devices, attach webviews, download, or talk
 * to main from anywhere but our own page.
 */
import { app, type IpcMainEvent, type IpcMainInvokeEvent, type Session, type WebContents } from 'electron';
import { isOurPage } from './origin.ts';

/** Every permission is refused; writing to the clipboard after a click is the one that copying a chart needs. */
const allowedPermissions: ReadonlySet<string> = new Set(['clipboard-sanitized-write']);

export const isPermissionAllowed = (permission: string, url: string): boolean =>
  allowedPermissions.has(permission) && isOurPage(url);

/** Locks a session: permissions, devices and downloads. */
export function lockSession(session: Session): void {
  session.setPermissionRequestHandler((_contents, permission, callback, details) =>
    callback(isPermissionAllowed(permission, details.requestingUrl)),
  );
  session.setPermissionCheckHandler((_contents, permission, origin) => isPermissionAllowed(permission, origin));
  session.setDevicePermissionHandler(() => false);
  session.on('will-download', (event, _item, contents) => {
    if (!isOurPage(contents.getURL())) event.preventDefault();
  });
}

/** Locks a page: no way out of our origin, no windows, no webviews. */
export function lockContents(contents: WebContents): void {
  const stay = (event: { readonly preventDefault: () => void; readonly url?: string }, url?: string): void => {
    if (!isOurPage(event.url ?? url ?? '')) event.preventDefault();
  };
  contents.on('will-navigate', stay);
  contents.on('will-frame-navigate', stay);
  contents.on('will-redirect', stay);
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
}

/** Applies both to whatever is created from now on, and sandboxes every renderer. */
export function hardenApp(): void {
  app.enableSandbox();
  app.on('web-contents-created', (_event, contents) => lockContents(contents));
  app.on('session-created', lockSession);
}

/** True when a message came from the top frame of our own page. */
export function isTrustedSender(event: IpcMainEvent | IpcMainInvokeEvent): boolean {
  const frame = event.senderFrame;
  return frame !== null && frame.parent === null && isOurPage(frame.url);
}
