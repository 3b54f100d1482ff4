import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';

export type Reply = {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
};

/** A request with exactly the given path and headers: `fetch` would normalise the path and refuse to send Host. */
export function send(
  origin: string,
  path: string,
  options: { method?: string; headers?: Record<string, string>; body?: string | Buffer } = {},
): Promise<Reply> {
  const { hostname, port } = new URL(origin);
  return new Promise((done, fail) => {
    const request = httpRequest(
      { hostname, port, path, method: options.method ?? 'GET', headers: options.headers ?? {}, agent: false },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', fail);
        response.on('end', () =>
          done({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text: Buffer.concat(chunks).toString('utf8'),
          }),
        );
      },
    );
    request.on('error', fail);
    request.end(options.body);
  });
}

/** Exchanges the one-time token of a served URL for the session cookie. */
export async function signIn(url: string): Promise<string> {
  const { origin, pathname, search } = new URL(url);
  const reply = await send(origin, pathname + search);
  const cookie = reply.headers['set-cookie']?.[0]?.split(';', 1)[0];
  if (reply.status !== 303 || cookie === undefined) throw new Error(`sign-in answered ${reply.status}: ${reply.text}`);
  return cookie;
}
