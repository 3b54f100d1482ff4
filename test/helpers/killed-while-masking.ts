/**
 * A process that dies while personal data lie in clear: a file was sent and not imported yet, and a pasted table is on its
 * way into the masking. Run as a program with the folder of the host.
 */
import { openTestHost } from './host.ts';

const test = await openTestHost({ folder: process.argv[2] });
const { uploadId } = await test.client.system.beginUpload({ name: 'sent.csv', bytes: 60 });
await test.client.system.appendUpload({
  uploadId,
  offset: 0,
  data: new Blob(['id,email\n1,sent1@verborgen.example\n']),
});
await test.client.datasets.import({
  source: {
    text: `who,email\n${Array.from({ length: 400 }, (_, i) => `${i},pasted${i}@verborgen.example`).join('\n')}\n`,
    name: 'pasted.csv',
  },
  name: 'pasted',
  privacy: { found: 'mask' },
});
process.kill(process.pid, 'SIGKILL');
