import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { appendAudit, listAudit, verifyAudit } from '../../main/store/audit.ts';
import type { Db } from '../../main/store/db.ts';
import {
  appendBatch,
  appendCacheHit,
  appendPrediction,
  appendPredictions,
  eraseSubject,
  type LedgerInput,
  settleEntry,
} from '../../main/store/ledger.ts';
import { getLedgerEntry, ledgerTotals, listLedger } from '../../main/store/ledger-list.ts';
import { verifyLedger } from '../../main/store/ledger-verify.ts';
import { insertModel, insertModelVersion } from '../../main/store/repositories/models.ts';
import { testStore } from '../helpers/store.ts';

const sha = (text: string): string => createHash('sha256').update(text).digest('hex');

const input = (i: number): LedgerInput => ({
  modelVersionId: 'mv_1',
  rowKey: `customer ${i}`,
  inputHash: sha(String(i)),
  prediction: { label: i % 2 === 0 ? 'yes' : "n'o", value: i / 3 },
  probability: i / 100,
  interval: { low: 0.1 * i, high: 0.2 * i },
  explanationHash: sha(`e${i}`),
  action: 'Contact',
  price: 3.2,
  cost: null,
});

const noSegments = () => null;

/** A ledger with every kind of entry; segments by name. */
function filled(): { db: Db; segments: Map<string, string>; ids: string[] } {
  const { db, clock } = testStore();
  const segments = new Map([['data/seg.parquet', 'rows']]);
  const ids = [1, 2, 3, 4].map((i) => appendPrediction(db, input(i)).id);
  clock.advance(10);
  ids.push(
    appendBatch(db, {
      modelVersionId: 'mv_1',
      segmentFile: 'data/seg.parquet',
      segmentSha256: sha('rows'),
      segmentRows: 1000,
      inputHash: sha('in'),
      summary: { positives: 12 },
    }).id,
  );
  ids.push(appendCacheHit(db, ids[0] ?? '').id);
  ids.push(settleEntry(db, ids[1] ?? '', { outcome: 'yes', profit: 12.5 }).id);
  return { db, segments, ids };
}

const verify = (db: Db, segments: ReadonlyMap<string, string>) =>
  verifyLedger(db, (path) => {
    const text = segments.get(path);
    return text === undefined ? null : sha(text);
  });

describe('F6 the decision ledger', () => {
  it('verifies a chain of predictions, a batch, a cache hit and a settlement', async () => {
    const { db, segments } = filled();
    expect(await verify(db, segments)).toEqual({ ok: true, entries: 7, firstBroken: null });
    expect(getLedgerEntry(db, listLedger(db, { kinds: ['cache-hit'] }).rows[0]?.id ?? '').pointsTo).toBe(
      listLedger(db, { sort: { by: 'seq', descending: false } }).rows[0]?.id,
    );
  });

  it('names the entry when any byte of any column of any entry is changed', async () => {
    const { db, segments, ids } = filled();
    const columns = db.all<{ name: string }>("SELECT name FROM pragma_table_info('ledger')").map((row) => row.name);
    const wrong: string[] = [];
    for (const [index, id] of ids.entries()) {
      for (const column of columns.filter((name) => name !== 'seq' && name !== 'id')) {
        const before = db.get<{ value: string | number | null; kind: string }>(
          `SELECT ${column} AS value, typeof(${column}) AS kind FROM ledger WHERE id = ?`,
          id,
        );
        const kind = before?.kind ?? 'null';
        const old = before?.value ?? null;
        // An absent value is given one, a text loses its last character's bit, a number moves by the least it can.
        let edited: string | number = 1;
        if (kind === 'text')
          edited = `${String(old).slice(0, -1)}${String.fromCharCode(String(old).charCodeAt(String(old).length - 1) ^ 1)}`;
        else if (kind === 'integer') edited = Number(old) + 1;
        else if (kind === 'real') edited = Number(old) * (1 + Number.EPSILON) || 1e-9;
        db.run(`UPDATE ledger SET ${column} = ? WHERE id = ?`, edited, id);
        const report = await verify(db, segments);
        if (report.ok || report.firstBroken?.id !== id)
          wrong.push(`${index} ${column}: ${JSON.stringify(report.firstBroken)}`);
        db.run(`UPDATE ledger SET ${column} = ? WHERE id = ?`, old, id);
      }
    }
    // Marking an entry as erased is noticed by the count of erasures even where the entry holds nothing to lose.
    expect(wrong.filter((line) => !line.includes('erased_at'))).toEqual([]);
    expect((await verify(db, segments)).ok).toBe(true);
  });

  it('notices an entry that is removed, moved, renamed, cut off at the end, or marked as erased', async () => {
    const cases: { sql: string; names: RegExp }[] = [
      { sql: 'DELETE FROM ledger WHERE seq = 3', names: /missing/ },
      { sql: 'DELETE FROM ledger WHERE seq = 7', names: /outcome does not match|end of the chain/ },
      {
        sql: 'UPDATE ledger SET seq = CASE seq WHEN 1 THEN -2 WHEN 2 THEN -1 END WHERE seq IN (1, 2); UPDATE ledger SET seq = -seq WHERE seq < 0',
        names: /does not follow/,
      },
      { sql: "UPDATE ledger SET id = 'led_other' WHERE seq = 3", names: /changed|match/ },
      {
        sql: 'UPDATE ledger SET erased_at = 1, row_key = NULL, prediction = NULL, outcome = NULL WHERE seq = 3',
        names: /erased/,
      },
      { sql: "DELETE FROM subject_salts WHERE subject = 'row:customer 2'", names: /salt/ },
    ];
    for (const { sql, names } of cases) {
      const { db, segments } = filled();
      db.exec(sql);
      const report = await verify(db, segments);
      expect(report.ok).toBe(false);
      expect(report.firstBroken?.reason).toMatch(names);
    }
  });

  it('names the batch whose segment file was changed or is missing', async () => {
    const { db, ids } = filled();
    expect((await verify(db, new Map([['data/seg.parquet', 'Rows']]))).firstBroken).toEqual({
      id: ids[4],
      reason: 'its segment file data/seg.parquet was changed',
    });
    expect((await verify(db, new Map())).firstBroken?.id).toBe(ids[4]);
  });

  it('still verifies after a subject was erased, and nothing of the subject is left', async () => {
    const { db, segments } = filled();
    expect(eraseSubject(db, 'customer 2')).toBe(2);
    expect(eraseSubject(db, 'customer 2')).toBe(0);
    expect(await verify(db, segments)).toMatchObject({ ok: true, entries: 8 });
    const text = JSON.stringify(db.all('SELECT * FROM ledger')) + JSON.stringify(db.all('SELECT * FROM subject_salts'));
    expect(text).not.toContain('customer 2');
    expect(text).not.toContain(sha('2'));
  });

  it('verifies any random history', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            key: fc.option(fc.string({ maxLength: 3 })),
            prediction: fc.jsonValue(),
            probability: fc.double(),
            how: fc.nat(5),
          }),
          { maxLength: 15 },
        ),
        async (items) => {
          const { db } = testStore();
          const made: string[] = [];
          for (const { key, prediction, probability, how } of items) {
            const target = made.at(-1);
            if (how === 0 && target !== undefined && getLedgerEntry(db, target).erasedAt === null)
              appendCacheHit(db, target);
            else if (how === 1 && target !== undefined && getLedgerEntry(db, target).settledAt === null)
              settleEntry(db, target, { outcome: 'y', profit: probability });
            else if (how === 2 && key !== null) eraseSubject(db, key);
            else
              made.push(
                appendPrediction(db, {
                  modelVersionId: 'mv',
                  inputHash: 'h',
                  rowKey: key,
                  prediction: JSON.parse(JSON.stringify(prediction)),
                  probability,
                }).id,
              );
          }
          expect(await verifyLedger(db, noSegments)).toMatchObject({ ok: true, firstBroken: null });
          db.close();
        },
      ),
      { numRuns: 50, seed: 3 },
    );
  });

  it('gives equal hashes for equal clocks, ids and salts', () => {
    const [a, b] = [filled(), filled()];
    expect(listLedger(a.db).rows.map((row) => row.hash)).toEqual(listLedger(b.db).rows.map((row) => row.hash));
  });

  it('settles once, adds up, and refuses to settle a cache hit', () => {
    const { db, ids } = filled();
    expect(() => settleEntry(db, ids[1] ?? '', { outcome: 'no', profit: 0 })).toThrow(
      expect.objectContaining({ family: 'conflict' }),
    );
    expect(() => settleEntry(db, ids[5] ?? '', { outcome: 'no', profit: 0 })).toThrow(
      expect.objectContaining({ family: 'invalid-input' }),
    );
    settleEntry(db, ids[4] ?? '', { outcome: 'settled', profit: -2.5 });
    expect(ledgerTotals(db)).toEqual({ predictions: 1004, settledEntries: 2, openEntries: 3, settledProfit: 10 });
  });
});

describe('F8 history of predictions', () => {
  it('pages 20 000 entries newest first through an index, by model, action and time', () => {
    const { db, clock } = testStore();
    const model = insertModel(db, { name: 'm', task: 'binary', target: 'y' });
    const version = insertModelVersion(db, {
      modelId: model.id,
      runId: null,
      datasetVersionId: null,
      packageFile: 'p',
      packageSha256: 's',
      byteSize: 1,
      metric: 'auc',
      score: null,
      baseline: null,
      calibration: null,
      inputs: [],
      report: null,
    });
    for (let block = 0; block < 10; block++) {
      clock.advance(1000);
      appendPredictions(
        db,
        Array.from({ length: 2000 }, (_, i) => ({
          ...input(i),
          modelVersionId: block % 2 === 0 ? version.id : 'mv_2',
        })),
      );
    }
    const page = listLedger(db, { modelId: model.id, limit: 50, offset: 5000 });
    expect(page.total).toBe(10_000);
    expect(page.rows).toHaveLength(50);
    const sorted = [...page.rows].sort((a, b) => b.seq - a.seq);
    expect(page.rows).toEqual(sorted);
    expect(listLedger(db, { decidedFrom: db.clock.now() }).total).toBe(2000);
    expect(listLedger(db, { rowKey: 'customer 7' }).total).toBe(10);
    const plan = (sql: string) => JSON.stringify(db.all(`EXPLAIN QUERY PLAN ${sql}`));
    expect(plan("SELECT * FROM ledger WHERE model_id IS 'x' ORDER BY seq DESC LIMIT 50")).toContain('ledger_by_model');
    expect(plan("SELECT * FROM ledger WHERE model_id IS 'x' ORDER BY seq DESC LIMIT 50")).not.toContain('TEMP B-TREE');
  });
});

describe('M4 the audit log', () => {
  it('names any line that is changed, removed or moved', async () => {
    const edits = [
      "UPDATE audit SET actor = 'other' WHERE seq = 2",
      'UPDATE audit SET at = at + 1 WHERE seq = 2',
      'UPDATE audit SET detail = NULL WHERE seq = 2',
      'DELETE FROM audit WHERE seq = 2',
      'DELETE FROM audit WHERE seq = 3',
      'UPDATE audit SET seq = 9 WHERE seq = 2',
    ];
    for (const sql of edits) {
      const { db } = testStore();
      for (const operation of ['a', 'b', 'c'])
        appendAudit(db, {
          operation,
          actor: 'user',
          outcome: 'ok',
          subject: { kind: 'dataset', id: 'ds_1' },
          detail: { n: 1 },
        });
      expect((await verifyAudit(db)).ok).toBe(true);
      expect(listAudit(db).map((line) => line.operation)).toEqual(['a', 'b', 'c']);
      db.exec(sql);
      const report = await verifyAudit(db);
      expect(report.ok).toBe(false);
      expect(['2', '3']).toContain(report.firstBroken?.id);
    }
  });
});
