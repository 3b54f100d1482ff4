import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fileLogger } from '../../main/logging.ts';
import { temporaryFolder } from '../helpers/store.ts';

describe('N1 the log of a host', () => {
  it('is one JSON object a line with level, message and the fields of the caller and its parents', () => {
    const file = join(temporaryFolder(), 'logs', 'augury.log');
    const logger = fileLogger(file);
    logger.info('opened', { jobs: 2 });
    logger.child({ job: 'job_1' }).warn('slow', { ms: 120 });
    logger.debug('not kept at this level');
    logger.close();
    const lines = readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatchObject({ level: 30, msg: 'opened', jobs: 2 });
    expect(lines[1]).toMatchObject({ level: 40, msg: 'slow', job: 'job_1', ms: 120 });
  });
});
