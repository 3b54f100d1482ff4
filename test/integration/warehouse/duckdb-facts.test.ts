import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Duck, literal, type Session, steady } from '../../../main/warehouse/duck.ts';

// What the warehouse relies on in the pinned DuckDB beyond its documented interface
let dir: string;
let duck: Duck;
let session: Session;
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'augury-duck-'));
  duck = await Duck.open({
    file: join(dir, 'x.duckdb'),
    spillDir: join(dir, 'temp'),
    folders: [dir],
    memoryLimitMb: 128,
    threads: 2,
  });
  session = await duck.session();
});
afterAll(async () => {
  await duck.close();
  rmSync(dir, { recursive: true, force: true });
});

describe('DuckDB as pinned', () => {
  it('hands over doubles and integers as typed arrays named items', async () => {
    const seen: unknown[] = [];
    await session.stream(`SELECT 1.5::DOUBLE, 7::INTEGER, coalesce(CAST(NULL AS DOUBLE), 'nan'::DOUBLE)`, (chunk) => {
      for (let i = 0; i < 3; i++) {
        const vector: object = chunk.getColumnVector(i);
        seen.push('items' in vector ? vector.items : null);
      }
    });
    expect(seen[0]).toBeInstanceOf(Float64Array);
    expect(seen[1]).toBeInstanceOf(Int32Array);
    expect((seen[2] as Float64Array)[0]).toBeNaN();
  });

  it('keeps files outside its folders, settings and extensions out of reach', async () => {
    const outside = join(tmpdir(), `augury-outside-${process.pid}.csv`);
    writeFileSync(outside, 'a\n1\n');
    try {
      for (const sql of [
        `SELECT * FROM read_csv(${literal(outside)})`,
        `SELECT * FROM read_csv(${literal(join(dir, '..', `augury-outside-${process.pid}.csv`))})`,
        `COPY (SELECT 1) TO ${literal(outside)}`,
        `ATTACH ${literal(outside)}`,
        'INSTALL httpfs',
        'LOAD httpfs',
        'SET enable_external_access = true',
        "SET memory_limit = '8GB'",
        "SELECT * FROM 'https://example.invalid/x.csv'",
      ]) {
        await expect(session.rows(sql), sql).rejects.toThrow();
      }
    } finally {
      rmSync(outside, { force: true });
    }
  });

  it('gives every session UTC, and parquet rows their file and row number', async () => {
    expect(
      await session.rows(
        "SELECT CAST(CAST('2024-07-01T00:00:00+02:00' AS TIMESTAMPTZ) AT TIME ZONE 'UTC' AS VARCHAR), current_setting('TimeZone')",
      ),
    ).toEqual([['2024-06-30 22:00:00', 'UTC']]);
    for (const k of [0, 1])
      await session.run(
        `COPY (SELECT range AS c0 FROM range(${k * 10}, ${k * 10 + 3})) TO ${literal(join(dir, `${k}.parquet`))} (FORMAT parquet)`,
      );
    const rows = await session.rows(
      `SELECT file_index, file_row_number, c0 FROM read_parquet([${[1, 0].map((k) => literal(join(dir, `${k}.parquet`))).join(', ')}])`,
    );
    expect(rows.map((row) => row.map(Number))).toEqual([
      [0, 0, 10],
      [0, 1, 11],
      [0, 2, 12],
      [1, 0, 0],
      [1, 1, 1],
      [1, 2, 2],
    ]);
  });

  it('gives equal bytes for equal rows with 1, 2 and 8 threads, where one thread writes them', async () => {
    const parquet = 'FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 20480';
    const parts: string[] = [];
    for (let part = 0; part < 4; part++) {
      const path = literal(join(dir, `steady-${part}.parquet`));
      const first = part * 150_000;
      await session.run(
        `COPY (SELECT i AS c0, i * 7 % 1000 AS c1, 'note ' || i % 97 AS c2 FROM range(${first}, ${first + 150_000}) r(i)) TO ${path} (${parquet})`,
      );
      parts.push(path);
    }
    const select = `SELECT c0, upper(c2) AS c1 FROM read_parquet([${parts.join(', ')}]) WHERE c1 > 200`;
    const hashes = new Set<string>();
    const target = join(dir, 'steady.parquet');
    for (const threads of [1, 2, 8]) {
      const spillDir = join(dir, `temp-${threads}`);
      const other = await Duck.open({ file: null, spillDir, folders: [dir], memoryLimitMb: 256, threads });
      try {
        await other.withSession(async (own) => {
          for (let turn = 0; turn < 3; turn++) {
            await own.run(`COPY (${steady(select, 2)}) TO ${literal(target)} (${parquet})`);
            hashes.add(createHash('sha256').update(readFileSync(target)).digest('hex'));
          }
        });
      } finally {
        await other.close();
      }
    }
    expect(hashes.size).toBe(1);
    const [[rows, outOfOrder]] = await session.rows(
      `SELECT count(*), count(*) FILTER (WHERE NOT up) FROM (SELECT c0 > lag(c0, 1, -1) OVER () AS up FROM read_parquet(${literal(target)}))`,
    );
    expect([rows, outOfOrder]).toEqual([479_400n, 0n]);
    await session.run(`COPY (${steady(`${select} ORDER BY c1, c0 DESC`, 2)}) TO ${literal(target)} (${parquet})`);
    const [first] = await session.rows(`SELECT c0, c1 FROM read_parquet(${literal(target)}) LIMIT 1`);
    expect(first[1]).toBe('NOTE 0');
    expect(Number(first[0])).toBeGreaterThan(599_000);
  });
});
