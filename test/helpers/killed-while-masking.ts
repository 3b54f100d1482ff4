/**
 * A process that dies while personal data wait to be masked: a file was sent and not imported yet, and a pasted table is on
 * its way into the masking, or through it. Run as a program with the folder of the host and the moment.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { openTestHost } from './host.ts';

const [, , folder, when] = process.argv;
const test = await openTestHost({ folder });
const { uploadId } = await test.client.system.beginUpload({ name: 'sent.csv', bytes: 60 });
await test.client.system.appendUpload({
  uploadId,
  offset: 0,
  data: new Blob(['id,email\n1,sent1@verborgen.example\n']),
});
const { jobId } = await test.client.datasets.import({
  source: {
    text: `who,email\n${Array.from({ length: 4000 }, (_, i) => `${i},pasted${i}@verborgen.example`).join('\n')}\n`,
    name: 'pasted.csv',
  },
  name: 'pasted',
  privacy: { found: 'mask' },
});
if (when === 'when its copy stands') {
  const scratch = join(test.workspace, 'jobs', jobId);
  const stands = (): boolean => {
    try {
      return readdirSync(scratch).includes('masked.json');
    } catch {
      return false;
    }
  };
  const over = async (): Promise<boolean> => (await test.client.jobs.get({ id: jobId })).state === 'succeeded';
  while (!stands() && !(await over())) await new Promise((done) => setImmediate(done));
}
process.kill(process.pid, 'SIGKILL');
