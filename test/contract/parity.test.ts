import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contract } from '../../main/contract/index.ts';
import { allOperations, type Door, type DoorFailure, type Doors, failureOf, openDoors } from '../helpers/doors.ts';
import { openTestHost, type TestHost } from '../helpers/host.ts';
import { makeSubjects, type Subjects } from '../helpers/parity-subjects.ts';
import { type Row, rowOf, table, withUnknownIds } from '../helpers/parity-table.ts';

const operations = allOperations();
const rows: Readonly<Record<string, Readonly<Record<string, Row>>>> = table;
let test: TestHost;
let open: Doors;
let subjects: Subjects;

beforeAll(async () => {
  test = await openTestHost();
  subjects = await makeSubjects(test);
  open = await openDoors(test);
});
afterAll(async () => {
  await open?.close();
  await test?.close();
});

async function failure(door: Door, operation: string, input: unknown): Promise<DoorFailure> {
  try {
    await door.call(operation, input);
  } catch (error) {
    return failureOf(error);
  }
  throw new Error(`${operation} succeeded through ${door.name}`);
}

/** The same input on every door; all failures must be one. */
async function oneFailure(operation: string, input: unknown): Promise<DoorFailure> {
  const failures: (readonly [string, DoorFailure])[] = [];
  for (const door of open.doors) failures.push([door.name, await failure(door, operation, input)]);
  const [, first] = failures[0];
  for (const [name, found] of failures) expect({ door: name, ...found }).toEqual({ door: name, ...first });
  return first;
}

describe('A1 the contract', () => {
  it('has a row in this test for every operation, and no row for anything else', () => {
    const named = Object.entries(rows).flatMap(([noun, verbs]) => Object.keys(verbs).map((verb) => `${noun}.${verb}`));
    expect(named.sort()).toEqual(operations.map((operation) => operation.name).sort());
  });

  it('declares permission, undo, audit and surfaces for every operation, and a path, a method and a summary', () => {
    for (const { name, meta, method, path } of operations) {
      expect(['read', 'write', 'admin'], name).toContain(meta.permission);
      expect(typeof meta.undo, name).toBe('boolean');
      expect(typeof meta.audit, name).toBe('boolean');
      expect(meta.surfaces.length, name).toBeGreaterThan(0);
      expect(method, name).toMatch(/^(GET|POST|DELETE)$/);
      expect(path, name).toMatch(/^\//);
      // What only reads is not undone; what can be undone is on record.
      if (meta.undo) expect([meta.permission, meta.audit], name).toEqual(['write', true]);
    }
  });

  it('describes every operation in the OpenAPI document, with the errors it can answer', async () => {
    const headers = { authorization: `Bearer ${readFileSync(join(test.workspace, 'api-token'), 'utf8').trim()}` };
    const document = (await (await fetch(`${open.origin}/api/openapi.json`, { headers })).json()) as {
      paths: Record<string, Record<string, { summary?: string; responses: Record<string, unknown> }>>;
    };
    const described = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(described.sort()).toEqual(operations.map(({ method, path }) => `${method} ${path}`).sort());
    for (const { name, method, path } of operations) {
      const entry = document.paths[path][method.toLowerCase()];
      expect(entry.summary, name).toBeTruthy();
      for (const status of ['400', '404', '422', '507']) expect(Object.keys(entry.responses), name).toContain(status);
    }
  });

  it.each(operations)('answers $name alike on every door', async ({ name, meta }) => {
    const row = rowOf(name);
    const answers: (readonly [string, unknown])[] = [];
    for (const door of open.doors) {
      const input = await row.input(subjects, door.name);
      const answering = door.call(name, input);
      if (row.during !== undefined) {
        await new Promise((resolve) => setTimeout(resolve, 150));
        await row.during(subjects, door.name);
      }
      const output = await answering;
      answers.push([door.name, row.same === undefined ? output : await row.same(output, subjects, door.name)]);
      if (meta.undo) await test.client.system.undo(output as { eventId: string });
    }
    // REST speaks plain JSON: what JSON leaves out is not a difference.
    const plain = (value: unknown): unknown => (value === undefined ? value : JSON.parse(JSON.stringify(value)));
    const [, first] = answers[0];
    for (const [door, answer] of answers)
      expect({ door, answer: plain(answer) }).toEqual({ door, answer: plain(first) });
  });

  it.each(operations.filter(({ meta, name }) => meta.undo && name !== 'system.undo'))(
    'undoes $name on every door',
    async ({ name }) => {
      const row = rowOf(name);
      if (row.observe === undefined) throw new Error(`${name} can be undone, and its row says not what it changes`);
      for (const door of open.doors) {
        const before = await row.observe(subjects);
        const changed = (await door.call(name, await row.input(subjects, `${door.name}-undo`))) as { eventId: string };
        expect(changed.eventId, door.name).toMatch(/^ev_/);
        expect(await row.observe(subjects), door.name).not.toEqual(before);
        const undone = (await door.call('system.undo', { eventId: changed.eventId })) as { eventId: string };
        expect(undone.eventId, door.name).toMatch(/^ev_/);
        expect(await row.observe(subjects), door.name).toEqual(before);
      }
    },
  );

  it.each(operations)('refuses bad input to $name alike on every door and names the field', async ({ name }) => {
    const row = rowOf(name);
    if (row.bad === null) {
      const input = await row.input(subjects, 'bad');
      expect(input, 'takes no input, or its row must say what would be bad').toEqual({});
      return;
    }
    const good = (await row.input(subjects, 'bad')) as object;
    const found = await oneFailure(name, { ...good, ...row.bad });
    expect(found).toMatchObject({ code: 'INVALID_INPUT', status: 400, data: { family: 'invalid-input' } });
    for (const field of Object.keys(row.bad)) expect(found.message).toContain(field);
  });

  it.each(operations)(
    'answers $name about ids that nothing has with not-found, alike on every door',
    async ({ name }) => {
      const input = withUnknownIds(await rowOf(name).input(subjects, 'unknown'));
      if (input === null) return;
      if (name === 'system.appendUpload') (input as Record<string, unknown>).data = new Blob(['x']);
      const found = await oneFailure(name, input);
      expect(found).toMatchObject({ code: 'NOT_FOUND', status: 404, data: { family: 'not-found' } });
      expect(found.data).toMatchObject({ code: expect.any(String), hint: expect.any(String), details: {} });
    },
  );

  it('gives every operation only to callers with the right it asks for', async () => {
    for (const { name, meta, noun, verb } of operations) {
      const rights = (['read', 'write', 'admin'] as const).filter((right) => right !== meta.permission);
      const client: Readonly<Record<string, unknown>> = test.clientFor({ permissions: rights });
      const verbs = client[noun] as Readonly<Record<string, (input: unknown) => Promise<unknown>>>;
      const input = await rowOf(name).input(subjects, 'refused');
      await expect(verbs[verb](input), name).rejects.toMatchObject({
        code: 'UNAUTHORISED',
        status: 401,
        data: { code: 'not-allowed' },
      });
    }
  });

  it('knows no other operation than those of the contract', () => {
    expect(Object.keys(rows)).toEqual(Object.keys(contract));
  });
});
