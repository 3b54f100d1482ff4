import { type Protocol, protocol } from 'electron';
import { findRendererFile } from '../surfaces/renderer-files.ts';
import { isOurPage, scheme } from './origin.ts';

/** Must run before the application is ready. */
export function declareScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ]);
}

/** Serves the built renderer under `app://augury/`, with a nonce a load; nothing else lives there. */
export function serveScheme(target: Protocol, rendererFolder: string): void {
  target.handle(scheme, async (request) => {
    const refuse = (status: number): Response => new Response('', { status });
    if (!isOurPage(request.url)) return refuse(403);
    if (request.method !== 'GET') return refuse(405);
    const file = await findRendererFile(rendererFolder, new URL(request.url).pathname);
    if (file === null) return refuse(404);
    return new Response(new Uint8Array(file.body), { status: file.status, headers: { ...file.headers } });
  });
}
