import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { verifyAudit } from '../../main/store/audit.ts';
import type { Db } from '../../main/store/db.ts';
import { withMutation } from '../../main/store/mutation.ts';
import {
  deleteDataset,
  getDataset,
  insertDataset,
  insertDatasetVersion,
  listDatasets,
  updateDataset,
} from '../../main/store/repositories/datasets.ts';
import { listEvents } from '../../main/store/repositories/events.ts';
import { deleteModel, insertModel, listModels, savePolicy, updateModel } from '../../main/store/repositories/models.ts';
import { deleteSetting, setSetting } from '../../main/store/repositories/settings.ts';
import { undo } from '../../main/store/undo.ts';
import { undoableTables } from '../../main/store/undo-capture.ts';
import { dumpTables, testStore } from '../helpers/store.ts';

const meta = { operation: 'test.change', actor: 'user', undoable: true };
const change = <T>(db: Db, fn: () => T) => withMutation(db, meta, fn);
const dump = (db: Db) => dumpTables(db, undoableTables);

const version = (datasetId: string) => ({
  datasetId,
  contentHash: 'h',
  files: [],
  rowCount: 1.5 * 2,
  columnCount: 1,
  byteSize: 10,
  columns: [{ name: "o'clock, \u0000 ünï", missing: 0.1 + 0.2 }],
  source: null,
  steps: [],
  parentVersionId: null,
  rejectedCount: 0,
});

describe('P2 undo of every state change', () => {
  it('restores the rows byte for byte, and undoing the undo is redo', () => {
    const { db } = testStore();
    const made = change(db, () => insertDataset(db, { name: 'churn', tags: ["it's", 'Ω'] }));
    const before = dump(db);
    const renamed = change(db, () => updateDataset(db, made.result.id, { name: 'churn 2' }));
    const after = dump(db);
    const undone = undo(db, renamed.eventId, 'user');
    expect(dump(db)).toBe(before);
    const redone = undo(db, undone.eventId, 'user');
    expect(dump(db)).toBe(after);
    undo(db, redone.eventId, 'user');
    expect(dump(db)).toBe(before);
  });

  it('restores a whole random history, last change first', () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('dataset' as const), name: fc.string({ unit: 'binary', maxLength: 4 }) }),
      fc.record({ kind: fc.constant('version' as const), at: fc.nat() }),
      fc.record({
        kind: fc.constant('rename' as const),
        at: fc.nat(),
        name: fc.string({ unit: 'binary', maxLength: 4 }),
      }),
      fc.record({ kind: fc.constant('delete' as const), at: fc.nat() }),
      fc.record({ kind: fc.constant('model' as const), name: fc.string({ unit: 'binary', maxLength: 4 }) }),
      fc.record({ kind: fc.constant('policy' as const), at: fc.nat(), value: fc.double({ noNaN: true }) }),
      fc.record({ kind: fc.constant('setting' as const), key: fc.constantFrom('a', 'b'), value: fc.jsonValue() }),
      fc.record({ kind: fc.constant('unset' as const), key: fc.constantFrom('a', 'b') }),
    );
    fc.assert(
      fc.property(fc.array(fc.array(step, { minLength: 1, maxLength: 3 }), { maxLength: 12 }), (history) => {
        const { db, clock } = testStore();
        const apply = (item: typeof step extends fc.Arbitrary<infer S> ? S : never): void => {
          const datasets = listDatasets(db).rows;
          const models = listModels(db).rows;
          if (item.kind === 'dataset') insertDataset(db, { name: item.name });
          else if (item.kind === 'model') insertModel(db, { name: item.name, task: 'binary', target: 'y' });
          else if (item.kind === 'setting') setSetting(db, item.key, JSON.parse(JSON.stringify(item.value)));
          else if (item.kind === 'unset') deleteSetting(db, item.key);
          else if (item.kind === 'policy') {
            const model = models[item.at % models.length];
            if (model !== undefined) savePolicy(db, model.id, { value: item.value });
          } else {
            const dataset = datasets[item.at % datasets.length];
            const model = models[item.at % models.length];
            if (item.kind === 'version' && dataset !== undefined) insertDatasetVersion(db, version(dataset.id));
            if (item.kind === 'rename' && dataset !== undefined) updateDataset(db, dataset.id, { name: item.name });
            if (item.kind === 'rename' && model !== undefined) updateModel(db, model.id, { name: item.name });
            if (item.kind === 'delete' && dataset !== undefined) deleteDataset(db, dataset.id);
            if (item.kind === 'delete' && model !== undefined) deleteModel(db, model.id);
          }
        };
        const done: { eventId: string; before: string }[] = [];
        for (const items of history) {
          clock.advance(5);
          const before = dump(db);
          try {
            const { eventId } = change(db, () => {
              for (const item of items) apply(item);
            });
            done.push({ eventId, before });
          } catch {
            // a name that is taken: the whole operation rolled back
            expect(dump(db)).toBe(before);
          }
        }
        const redo: { eventId: string; after: string }[] = [];
        for (const { eventId, before } of [...done].reverse()) {
          const after = dump(db);
          redo.push({ eventId: undo(db, eventId, 'user').eventId, after });
          expect(dump(db)).toBe(before);
        }
        for (const { eventId, after } of redo.reverse()) {
          undo(db, eventId, 'user');
          expect(dump(db)).toBe(after);
        }
        db.close();
      }),
      { numRuns: 60, seed: 11 },
    );
  });

  it('refuses when the same rows were changed since, and leaves them alone', () => {
    const { db } = testStore();
    const { result: dataset } = change(db, () => insertDataset(db, { name: 'a' }));
    const first = change(db, () => updateDataset(db, dataset.id, { name: 'b' }));
    const second = change(db, () => updateDataset(db, dataset.id, { name: 'c' }));
    const before = dump(db);
    expect(() => undo(db, first.eventId, 'user')).toThrow(/changed again since/);
    expect(dump(db)).toBe(before);
    undo(db, second.eventId, 'user');
    undo(db, first.eventId, 'user');
    expect(getDataset(db, dataset.id).name).toBe('a');
  });

  it('refuses to take back what other rows now depend on, or whose name is taken', () => {
    const { db } = testStore();
    const model = change(db, () => insertModel(db, { name: 'm', task: 'binary', target: 'y' }));
    change(db, () => savePolicy(db, model.result.id, { threshold: 0.5 }));
    expect(() => undo(db, model.eventId, 'user')).toThrow(
      expect.objectContaining({ family: 'conflict', code: 'undo-conflict' }),
    );
    const { result: dataset } = change(db, () => insertDataset(db, { name: 'a' }));
    const gone = change(db, () => deleteDataset(db, dataset.id));
    change(db, () => insertDataset(db, { name: 'a' }));
    expect(() => undo(db, gone.eventId, 'user')).toThrow(expect.objectContaining({ code: 'undo-conflict' }));
  });

  it('refuses a second undo of the same change and an unknown event', () => {
    const { db } = testStore();
    const set = change(db, () => setSetting(db, 'k', 1));
    undo(db, set.eventId, 'user');
    expect(() => undo(db, set.eventId, 'user')).toThrow(/undone already/);
    expect(() => undo(db, 'ev_nothing', 'user')).toThrow(expect.objectContaining({ family: 'not-found' }));
  });

  it('writes event and audit line in the same transaction, and neither when the operation fails', async () => {
    const { db } = testStore();
    const failing = () =>
      change(db, () => {
        setSetting(db, 'k', 1);
        throw new Error('no');
      });
    expect(failing).toThrow('no');
    expect(listEvents(db)).toEqual([]);
    const { eventId } = change(db, () => setSetting(db, 'k', 2));
    expect(listEvents(db)).toMatchObject([{ id: eventId, subject: { kind: 'setting', id: 'k' } }]);
    expect(await verifyAudit(db)).toEqual({ ok: true, entries: 1, firstBroken: null });
  });

  it('does not capture operations that are not undoable', () => {
    const { db } = testStore();
    const done = withMutation(db, { ...meta, undoable: false }, () => setSetting(db, 'k', 1));
    expect(done.undoable).toBe(false);
    expect(() => undo(db, done.eventId, 'user')).toThrow(expect.objectContaining({ code: 'undo-not-found' }));
  });
});
