import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { invalidInput } from '../../../base/errors.ts';
import { exitCodes } from '../exit-codes.ts';
import { followJob } from '../follow-job.ts';
import { table } from '../output.ts';
import type { CommandContext } from '../program.ts';

type Flags = { readonly file?: string; readonly limit: string; readonly save?: string };

/** `augury sql "SELECT …"` */
export function registerSql(program: Command, context: CommandContext): void {
  program
    .command('sql')
    .description('Run a read-only query over the data sets of the workspace; --save keeps the result as a data set')
    .argument('[query]', 'one SELECT; data sets are tables, in double quotes where needed')
    .option('--file <file>', 'read the query from a file')
    .option('--limit <n>', 'rows to show at most', '1000')
    .option('--save <name>', 'keep the whole result as a data set of this name')
    .action((query: string | undefined, flags: Flags) =>
      context.run(async ({ client, io, options, output }) => {
        const sql = flags.file === undefined ? query : readFileSync(resolve(io.cwd, flags.file), 'utf8');
        if (sql === undefined || sql.trim() === '') {
          throw invalidInput('query-empty', 'There is no query.', { hint: 'augury sql "SELECT * FROM …", or --file.' });
        }
        if (flags.save !== undefined) {
          const { jobId } = await client.queries.save({ sql, name: flags.save });
          const job = await followJob(client, jobId, io, options);
          const saved = job.result as { datasetId: string; version: number; rows: number };
          output.result({ dataset: saved.datasetId, version: saved.version, rows: saved.rows }, () => [
            `${saved.rows} rows kept as "${flags.save}", version ${saved.version}`,
          ]);
          return exitCodes.done;
        }
        const result = await client.queries.run({ sql, limit: Number(flags.limit) });
        output.result(result, () => [
          ...table(
            result.rows.map((row) =>
              row.map((value) => (value === null ? '' : typeof value === 'number' ? value : String(value))),
            ),
            result.columns.map(({ name }) => name),
          ),
          `${result.rows.length} rows${result.more ? ', and more' : ''}`,
        ]);
        return exitCodes.done;
      }),
    );
}
