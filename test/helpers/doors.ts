/** Every way into one host, as plain functions from an operation's path and input to its answer. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { createORPCClient } from '@orpc/client';
import { RPCLink as HttpLink } from '@orpc/client/fetch';
import { RPCLink as PortLink } from '@orpc/client/message-port';
import { silentLogger } from '../../main/base/logger.ts';
import { contract } from '../../main/contract/index.ts';
import { type OperationMeta, reading } from '../../main/contract/meta.ts';
import { ensureApiToken } from '../../main/surfaces/http/access.ts';
import { serveHttp } from '../../main/surfaces/http/server.ts';
import { createPortSurface } from '../../main/surfaces/message-port.ts';
import { workspaceHeader } from '../../main/surfaces/served.ts';
import { findAndAttach } from '../../main/surfaces/socket/attach.ts';
import { serveSocket } from '../../main/surfaces/socket/server.ts';
import { type Client, type TestHost, testVersion } from './host.ts';

/** An operation as the contract declares it. */
export type Operation = {
  /** `datasets.list` */
  readonly name: string;
  readonly noun: string;
  readonly verb: string;
  readonly method: string;
  /** `/datasets/{id}` */
  readonly path: string;
  readonly meta: OperationMeta;
  readonly hasOwnMeta: boolean;
};

/** The whole contract, in its own order. */
export function allOperations(): Operation[] {
  return Object.entries(contract).flatMap(([noun, verbs]) =>
    Object.entries(verbs).map(([verb, procedure]) => {
      const { route, meta } = procedure['~orpc'];
      return {
        name: `${noun}.${verb}`,
        noun,
        verb,
        method: route.method ?? '',
        path: route.path ?? '',
        meta,
        hasOwnMeta: meta !== undefined && Object.keys(reading).every((key) => key in meta),
      };
    }),
  );
}

/** A failure as every door must show it. */
export type DoorFailure = {
  readonly code: string;
  readonly status: number;
  readonly message: string;
  readonly data: unknown;
};

export type Door = {
  readonly name: string;
  /** Answers with the output, the first value of a stream, or throws what the door's own client throws. */
  readonly call: (operation: string, input: unknown, workspace?: string) => Promise<unknown>;
};

/** What a door's error says, whatever carried it. */
export function failureOf(error: unknown): DoorFailure {
  const { code, status, message, data } = error as DoorFailure;
  if (typeof code !== 'string') throw error;
  return { code, status, message, data };
}

type Callable = (input: unknown) => Promise<unknown>;

function throughClient(name: string, clientFor: (workspace: string | undefined) => Client): Door {
  return {
    name,
    call: async (operation, input, workspace) => {
      const [noun, verb] = operation.split('.');
      const nouns: Readonly<Record<string, unknown>> = clientFor(workspace);
      const run = (nouns[noun] as Readonly<Record<string, Callable>>)[verb];
      return firstOf(await run(input));
    },
  };
}

const isStream = (answer: unknown): answer is AsyncIterable<unknown> =>
  typeof answer === 'object' && answer !== null && Symbol.asyncIterator in answer;

/** Streams answer with their first value here; they are then ended. */
async function firstOf(answer: unknown): Promise<unknown> {
  if (!isStream(answer)) return answer;
  const stream = answer[Symbol.asyncIterator]();
  const first = await stream.next();
  await stream.return?.();
  return first.value;
}

export type Doors = { readonly doors: readonly Door[]; readonly origin: string; readonly close: () => Promise<void> };

/** Opens all doors of a host: in-process, HTTP as our pages use it, HTTP as REST, the local socket, a message port. */
export async function openDoors(test: TestHost): Promise<Doors> {
  const served = { router: test.host.router, contextFor: test.host.contextFor };
  const rendererFolder = join(test.folder, 'renderer');
  mkdirSync(rendererFolder, { recursive: true });
  writeFileSync(join(rendererFolder, 'index.html'), '<!doctype html>');
  const apiToken = ensureApiToken(join(test.workspace, 'api-token'));
  const http = await serveHttp(served, {
    host: '127.0.0.1',
    port: 0,
    rendererFolder,
    apiToken,
    version: testVersion,
    logger: silentLogger,
  });
  const socket = await serveSocket(served, {
    workspaceFolder: test.workspace,
    version: testVersion,
    pid: process.pid,
    logger: silentLogger,
  });
  const attached = await findAndAttach(test.workspace, testVersion);
  if (attached === null) throw new Error('the local socket does not answer');
  const headersFor = (workspace: string | undefined): Record<string, string> => ({
    authorization: `Bearer ${apiToken}`,
    ...(workspace === undefined ? {} : { [workspaceHeader]: workspace }),
  });
  const overHttp = (workspace: string | undefined): Client =>
    createORPCClient(new HttpLink({ url: `${http.origin}/rpc`, headers: headersFor(workspace) }));
  const ports: MessagePort[] = [];
  const overPort = new Map<string | undefined, Client>();
  const portClient = (workspace: string | undefined): Client => {
    const known = overPort.get(workspace);
    if (known !== undefined) return known;
    const { port1, port2 } = new MessageChannel();
    createPortSurface(served).serve(port1);
    const headers = workspace === undefined ? {} : { [workspaceHeader]: workspace };
    const client: Client = createORPCClient(new PortLink({ port: port2, headers }));
    port2.start();
    ports.push(port2);
    overPort.set(workspace, client);
    return client;
  };
  const doors: Door[] = [
    throughClient('in-process', (workspace) => test.clientFor({ workspaceId: workspace ?? null })),
    throughClient('http', overHttp),
    {
      name: 'rest',
      call: (operation, input, workspace) => callRest(http.origin, operation, input, headersFor(workspace)),
    },
    throughClient('socket', () => attached.client),
    throughClient('port', portClient),
  ];
  return {
    doors,
    origin: http.origin,
    close: async () => {
      for (const port of ports) port.close();
      attached.close();
      await socket.close();
      await http.close();
    },
  };
}

/** One REST call as any program would make it from the OpenAPI document: path, query or JSON body, or a form with a file. */
async function callRest(
  origin: string,
  name: string,
  input: unknown,
  headers: Record<string, string>,
): Promise<unknown> {
  const operation = allOperations().find((candidate) => candidate.name === name);
  if (operation === undefined) throw new Error(`no operation ${name}`);
  const rest: Record<string, unknown> = { ...(input as object) };
  const path = operation.path.replaceAll(/\{(\w+)\}/g, (_, key: string) => {
    const value = String(rest[key]);
    delete rest[key];
    return encodeURIComponent(value);
  });
  const url = new URL(`${origin}/api${path}`);
  const request: RequestInit = { method: operation.method, headers };
  if (operation.method === 'GET') for (const [key, value] of queryOf(rest)) url.searchParams.append(key, value);
  else if (Object.values(rest).some((value) => value instanceof Blob)) {
    const form = new FormData();
    for (const [key, value] of Object.entries(rest)) form.append(key, value instanceof Blob ? value : String(value));
    request.body = form;
  } else {
    request.body = JSON.stringify(rest);
    request.headers = { ...headers, 'content-type': 'application/json' };
  }
  const response = await fetch(url, request);
  const type = response.headers.get('content-type') ?? '';
  if (!response.ok) throw JSON.parse(await response.text());
  if (type.startsWith('text/event-stream')) return firstEvent(response);
  if (type.startsWith('application/json')) return response.json();
  return response.blob();
}

function queryOf(input: Readonly<Record<string, unknown>>): [string, string][] {
  return Object.entries(input).flatMap(([key, value]): [string, string][] =>
    Array.isArray(value)
      ? value.map((item, i): [string, string] => [`${key}[${i}]`, String(item)])
      : value === undefined
        ? []
        : [[key, String(value)]],
  );
}

/** The first message of an event stream; the connection is then dropped. */
async function firstEvent(response: Response): Promise<unknown> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    const block = text.split('\n\n').find((part) => part.includes('event: message'));
    if (block === undefined || !text.includes('\n\n')) continue;
    const data = block
      .split('\n')
      .filter((line) => line.startsWith('data:'))
      .map((line) => line.slice(5).trim())
      .join('\n');
    return JSON.parse(data);
  }
  return undefined;
}
