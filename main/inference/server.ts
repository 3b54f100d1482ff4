/**
 * The work of the inference process: sessions of ONNX Runtime by id. Requests are served one after the other, because
 * creating and running block the thread anyway, and memory stays that of one run.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InferenceSession, listSupportedBackends } from 'onnxruntime-node';
import { AuguryError, dataProblem, type ErrorData, notFound, toErrorData, unsupported } from '../base/errors.ts';
import { countNodes } from './profile.ts';
import type {
  CreateReply,
  CreateRequest,
  InferenceRequest,
  NodeCounts,
  PortInfo,
  ReplyMessage,
  RequestMessage,
  RunRequest,
  WireTensor,
  WireTensors,
} from './protocol.ts';
import { smokeInputs } from './smoke.ts';
import { toRuntimeTensor, toWireTensor } from './tensors.ts';

/** Handles messages from the client; `send` delivers the replies. */
export function createInferenceServer(send: (reply: ReplyMessage) => void): (message: unknown) => void {
  const sessions = new Map<string, InferenceSession>();
  let last: Promise<void> = Promise.resolve();

  const handle = async (request: InferenceRequest): Promise<CreateReply | WireTensors | null> => {
    switch (request.kind) {
      case 'create':
        return createSession(sessions, request);
      case 'run':
        return runSession(sessions, request);
      case 'release':
        await sessions.get(request.sessionId)?.release();
        sessions.delete(request.sessionId);
        return null;
    }
  };

  return (message) => {
    if (!isRequest(message)) return;
    const { id, request } = message;
    last = last.then(async () => {
      try {
        send({ id, ok: true, value: await handle(request) });
      } catch (error) {
        send({ id, ok: false, error: describe(error, request.kind) });
      }
    });
  };
}

const isRequest = (message: unknown): message is RequestMessage =>
  typeof message === 'object' && message !== null && 'id' in message && 'request' in message;

/** Errors of the runtime are problems of the model or of its inputs, not bugs; their own words are kept. */
function describe(error: unknown, step: InferenceRequest['kind']): ErrorData {
  if (error instanceof AuguryError) return toErrorData(error);
  const words = error instanceof Error ? error.message.trim() : String(error);
  return toErrorData(
    step === 'create'
      ? dataProblem('onnx-load', words, {
          hint: 'Check that the file is a valid ONNX model for this version of the runtime.',
        })
      : dataProblem('onnx-run', words, {
          hint: 'Check that the inputs have the names, types and shapes of the model.',
        }),
  );
}

async function createSession(sessions: Map<string, InferenceSession>, request: CreateRequest): Promise<CreateReply> {
  if (!listSupportedBackends().some((backend) => backend.name === request.provider)) {
    throw unsupported(
      'provider-not-built-in',
      `The runtime on ${process.platform} ${process.arch} is built without ${request.provider}.`,
    );
  }
  const folder = mkdtempSync(join(tmpdir(), 'augury-profile-'));
  try {
    const options: InferenceSession.SessionOptions = {
      executionProviders: [request.provider],
      logSeverityLevel: 3,
      enableProfiling: true,
      profileFilePrefix: join(folder, 'profile'),
      ...(request.threads > 0 ? { intraOpNumThreads: request.threads } : {}),
    };
    const { source } = request;
    const session = await (source.kind === 'path'
      ? InferenceSession.create(source.path, options)
      : InferenceSession.create(source.bytes, options));
    const inputs = session.inputMetadata.map(portInfo);
    const outputs = session.outputMetadata.map(portInfo);
    const { smoke, smokeError } = await trySession(session, inputs);
    session.endProfiling();
    sessions.set(request.sessionId, session);
    return { inputs, outputs, smoke, smokeError, nodes: smoke === null ? null : readProfile(folder) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function trySession(
  session: InferenceSession,
  inputs: readonly PortInfo[],
): Promise<Pick<CreateReply, 'smoke' | 'smokeError'>> {
  const rows = smokeInputs(inputs);
  if (rows === null) return { smoke: null, smokeError: 'an input has an element type that is not supported' };
  try {
    return { smoke: await runTensors(session, rows, null), smokeError: null };
  } catch (error) {
    return { smoke: null, smokeError: error instanceof Error ? error.message : String(error) };
  }
}

function readProfile(folder: string): NodeCounts | null {
  const file = readdirSync(folder)[0];
  return file === undefined ? null : countNodes(readFileSync(join(folder, file), 'utf8'));
}

async function runSession(sessions: Map<string, InferenceSession>, request: RunRequest): Promise<WireTensors> {
  const session = sessions.get(request.sessionId);
  if (session === undefined) throw notFound('session-unknown', 'The model is not loaded in the inference process.');
  return runTensors(session, request.inputs, request.outputs);
}

async function runTensors(
  session: InferenceSession,
  inputs: WireTensors,
  outputs: readonly string[] | null,
): Promise<WireTensors> {
  const feeds = Object.fromEntries(Object.entries(inputs).map(([name, tensor]) => [name, toRuntimeTensor(tensor)]));
  const results = outputs === null ? await session.run(feeds) : await session.run(feeds, outputs);
  const wire: Record<string, WireTensor> = {};
  for (const [name, tensor] of Object.entries(results)) wire[name] = toWireTensor(name, tensor);
  return wire;
}

const portInfo = (metadata: InferenceSession.ValueMetadata): PortInfo =>
  metadata.isTensor
    ? { name: metadata.name, type: metadata.type, shape: metadata.shape }
    : { name: metadata.name, type: 'not a tensor', shape: [] };
