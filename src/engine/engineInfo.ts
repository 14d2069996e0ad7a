/** What this engine runs on, for `doctor` and for the reports. */

import type { EngineInfo } from '../protocol/engine.js';
import { sharpVersion } from './images/loadSharp.js';
import { matmulModel } from './session/matmulModel.js';
import { currentRung, onnxruntimeVersion, openSession } from './session/openSession.js';

let providers: Promise<readonly string[]> | undefined;

/** Execution providers that a session could really be made with, best first. */
const probeProviders = async (): Promise<readonly string[]> => {
  const found: string[] = [];
  for (const device of ['webgpu', 'cpu'] as const) {
    const session = await openSession(matmulModel(false, false), { device });
    if (session.provider === device || device === 'cpu') found.push(session.provider);
    await session.dispose();
  }
  return found;
};

export const engineInfo = async (): Promise<EngineInfo> => {
  providers ??= probeProviders();
  const found = await providers;
  return {
    node: process.versions.node,
    pid: process.pid,
    rung: currentRung(),
    sharp: await sharpVersion(),
    onnxruntime: await onnxruntimeVersion(),
    providers: found,
  };
};
