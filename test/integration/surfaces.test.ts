import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import type { ContractRouterClient } from '@orpc/contract';
import { afterAll, describe, expect, it } from 'vitest';
import { silentLogger } from '../../main/base/logger.ts';
import { createPortSurface } from '../../main/surfaces/message-port.ts';
import { attachClient, findAndAttach } from '../../main/surfaces/socket/attach.ts';
import { findHostNote, socketPath } from '../../main/surfaces/socket/endpoint.ts';
import { serveSocket } from '../../main/surfaces/socket/server.ts';
import { type TinyContract, tinyServed } from '../helpers/tiny-router.ts';

type TinyClient = ContractRouterClient<TinyContract>;

const folder = mkdtempSync(join(tmpdir(), 'augury-surfaces-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const workspace = (name: string): string => {
  const path = join(folder, name);
  mkdirSync(path, { recursive: true });
  return path;
};
const settled = (ms = 50): Promise<void> => new Promise((done) => setTimeout(done, ms));

describe('A1 the local socket', () => {
  const options = { version: '1.2.3', pid: process.pid, logger: silentLogger };

  /** Attaches and sees the tiny contract, which stands for the real one. */
  async function attach(workspaceFolder: string) {
    const attached = await findAndAttach(workspaceFolder, '1.2.3');
    if (attached === null) throw new Error('no host');
    const client: unknown = attached.client;
    return { ...attached, client: client as TinyClient };
  }

  it('carries calls, blobs, streams and typed failures to a running host', async () => {
    const workspaceFolder = workspace('a');
    const socket = await serveSocket(tinyServed(), { ...options, workspaceFolder });
    const { client, close, hostPid } = await attach(workspaceFolder);
    expect(hostPid).toBe(process.pid);
    expect(await client.system.echo({ text: 'hi' })).toMatchObject({ text: 'hi', surface: 'cli' });
    const data = new Blob([new Uint8Array(3_000_000)]);
    expect(await client.system.appendUpload({ uploadId: 'u', data })).toEqual({ received: 3_000_000 });
    expect(await (await client.system.download()).text()).toBe('a,b\n1,2\n');
    const seen: number[] = [];
    for await (const tick of await client.system.ticks({ count: 3 })) seen.push(tick.n);
    expect(seen).toEqual([0, 1, 2]);
    await expect(client.system.typed()).rejects.toMatchObject({ code: 'NOT_FOUND', data: { hint: 'look elsewhere' } });
    close();
    await socket.close();
  });

  it('rejects pending calls and ends streams when the host goes away', async () => {
    const workspaceFolder = workspace('b');
    const served = tinyServed();
    const socket = await serveSocket(served, { ...options, workspaceFolder });
    const { client } = await attach(workspaceFolder);
    const stream = await client.system.forever();
    expect((await stream.next()).value).toEqual({ n: 0 });
    await socket.close();
    await expect(
      (async () => {
        for await (const _ of stream) void _;
      })(),
    ).rejects.toThrow();
    await settled();
    expect(served.ended).toEqual(['forever']);
    await expect(client.system.echo({ text: 'x' })).rejects.toThrow();
  });

  it('refuses another version with a sentence, and a wrong secret', async () => {
    const workspaceFolder = workspace('c');
    const socket = await serveSocket(tinyServed(), { ...options, workspaceFolder });
    await expect(findAndAttach(workspaceFolder, '9.9.9')).rejects.toMatchObject({
      family: 'conflict',
      message: 'The running Augury is version 1.2.3; this one is 9.9.9.',
    });
    const note = findHostNote(workspaceFolder);
    if (note === null) throw new Error('no note');
    await expect(attachClient({ ...note, secret: 'x'.repeat(43) }, '1.2.3')).rejects.toMatchObject({
      message: 'The secret does not match.',
    });
    await socket.close();
  });

  it('survives a client that speaks nonsense', async () => {
    const workspaceFolder = workspace('n');
    const socket = await serveSocket(tinyServed(), { ...options, workspaceFolder });
    const note = findHostNote(workspaceFolder);
    const raw = connect(socket.path);
    raw.write(
      'GET / HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n' +
        `sec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\nauthorization: Bearer ${note?.secret}\r\nx-augury-version: 1.2.3\r\n\r\n`,
    );
    await new Promise((done) => raw.once('data', done));
    const ended = new Promise((done) => raw.once('close', done));
    raw.write(Buffer.alloc(64, 0xff));
    await ended;
    const { client, close } = await attach(workspaceFolder);
    expect(await client.system.add({ a: 1 })).toEqual({ sum: 2 });
    close();
    await socket.close();
  });

  it('is readable by its user alone and leaves nothing behind', async () => {
    const workspaceFolder = workspace('d');
    const socket = await serveSocket(tinyServed(), { ...options, workspaceFolder });
    expect(statSync(join(workspaceFolder, 'host.json')).mode & 0o077).toBe(0);
    expect(statSync(socket.path).mode & 0o077).toBe(0);
    expect(JSON.parse(readFileSync(join(workspaceFolder, 'host.json'), 'utf8'))).toMatchObject({ pid: process.pid });
    await socket.close();
    expect(existsSync(join(workspaceFolder, 'host.json'))).toBe(false);
    expect(existsSync(socket.path)).toBe(false);
    expect(await findAndAttach(workspaceFolder, '1.2.3')).toBeNull();
  });

  it('takes no host for running whose process or socket is gone', async () => {
    const workspaceFolder = workspace('e');
    const note = { version: '1.2.3', socket: join(workspaceFolder, 'gone.sock'), secret: 's'.repeat(43) };
    writeFileSync(join(workspaceFolder, 'host.json'), JSON.stringify({ ...note, pid: 2 ** 22 + 7 }));
    expect(findHostNote(workspaceFolder)).toBeNull();
    writeFileSync(join(workspaceFolder, 'host.json'), JSON.stringify({ ...note, pid: process.pid }));
    expect(await findAndAttach(workspaceFolder, '1.2.3')).toBeNull();
    writeFileSync(join(workspaceFolder, 'host.json'), 'half a no');
    expect(findHostNote(workspaceFolder)).toBeNull();
  });

  it('finds room for its path however deep the workspace lies', async () => {
    const workspaceFolder = workspace(`${'deep/'.repeat(40)}w`);
    expect(Buffer.byteLength(socketPath(workspaceFolder, process.pid))).toBeLessThanOrEqual(100);
    const socket = await serveSocket(tinyServed(), { ...options, workspaceFolder });
    const { client, close } = await attach(workspaceFolder);
    expect(await client.system.add({ a: 1 })).toEqual({ sum: 2 });
    close();
    await socket.close();
  });
});

describe('A1 the message port', () => {
  it('carries calls as ipc and cancels what runs when the port closes', async () => {
    const served = tinyServed();
    const { port1, port2 } = new MessageChannel();
    createPortSurface(served, silentLogger).serve(port1);
    const headers = { 'x-augury-workspace': 'ws_other' };
    const client: TinyClient = createORPCClient(new RPCLink({ port: port2, headers }));
    port2.start();
    expect(await client.system.echo({ text: 'hi' })).toMatchObject({ surface: 'ipc', workspace: 'ws_other' });
    expect((await client.system.download()).size).toBe(8);
    const stream = await client.system.forever();
    await stream.next();
    port2.close();
    await settled();
    expect(served.ended).toEqual(['forever']);
  });

  it.each([
    'nonsense',
    '',
    new Uint8Array([1, 2, 3]),
    { a: 1 },
    null,
    '{"i":"1","t":99,"p":{}}',
    '{"i":"1","p":{"u":"not a url","b":{}}}',
  ])('closes on a message it cannot read (%j), and nothing else happens', async (message) => {
    const { port1, port2 } = new MessageChannel();
    createPortSurface(tinyServed(), silentLogger).serve(port1);
    const closed = new Promise((done) => port2.once('close', done));
    port2.postMessage(message);
    await closed;
    await settled();
  });
});
