import { defineMessages } from '../../lib/messages.ts';

/** Words of the Use tab. */
export const useMessagesOfUse = defineMessages('models.use', {
  lead: 'The model works outside this window too. Every snippet carries this model’s real names.',
  package: 'The package',
  download: 'Download package',
  fileName: 'File',
  size: 'Size',
  where: 'In this workspace',
  sha: 'SHA-256',
  cli: 'On the command line',
  cliHint: 'scores a file and writes predictions with the three strongest reasons a row',
  http: 'Over HTTP',
  httpHint: 'while “augury serve” or this window runs; the token lies in the workspace’s folder',
  python: 'In Python, without Augury',
  pythonHint: 'model.onnx takes raw columns and needs only onnxruntime and numpy',
});
