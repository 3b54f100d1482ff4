import { defineMessages } from '../../lib/messages.ts';

/** Words of the dialog that takes models in. */
export const importMessages = defineMessages('models.import', {
  title: 'Import a model',
  text: 'A package of Augury, or a model saved by XGBoost (JSON, UBJSON), LightGBM (text), CatBoost (JSON), or any ONNX file. It is checked before it is taken in; nothing in it is run as a program.',
  drop: 'Drop a model here',
  reading: 'Checking {name}…',
  done: '“{name}” is in the list.',
  failed: 'This model was not taken in',
  cancelled: 'Nothing was taken in: the import was cancelled.',
  otherFile: 'Another file',
  name: 'Name',
  target: 'Predicts',
  targetHint: 'The column whose values the model predicts. Files of other libraries do not name it.',
  classes: 'Classes',
  classesHint: 'For models of classes, in the order of their numbers, with commas between: no, yes',
  parity: 'Rows to check against',
  parityHint:
    'A table with the model’s columns and what the library itself predicts, as prediction, probability or probability_<class>. Without it the model is marked as not verified.',
  parityDrop: 'Drop rows with predictions here',
  schema: 'Schema',
  schemaHint:
    'A JSON file with names of columns, levels and classes. Needed for ONNX, which does not say what its numbers mean.',
  schemaDrop: 'Drop a schema here',
  remove: 'Remove {name}',
  needsSchema: 'An ONNX file needs a schema.',
  import: 'Import',
});
