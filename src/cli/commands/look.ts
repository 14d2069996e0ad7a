import { stat } from 'node:fs/promises';
import path from 'node:path';
import { cudaLine, diagnose } from '../../app/doctor.js';
import { makeReport } from '../../app/report.js';
import { scanReport, verify } from '../../app/verify.js';
import { WinnowError } from '../../base/errors.js';
import { defaultSpec } from '../../core/dataset/spec.js';
import { findCudaParts, whyNotInstall } from '../../node/cudaParts.js';
import { installTensorflow } from '../../node/installTensorflow.js';
import { writeOwnFile } from '../../node/ownFiles.js';
import { readThumbnail } from '../../node/readThumbnail.js';
import { exit } from '../exitCodes.js';
import { ok, type Reply, type Session } from '../session.js';

export const initCommand = async (session: Session, dir: string): Promise<Reply> => {
  const dataset = await session.open(dir);
  if (await dataset.store.spec.exists()) {
    throw new WinnowError('usage', 'This folder has a winnow.json already. Edit it, or remove it first.');
  }
  const { scan } = await dataset.snapshot(session.signal);
  const spec = { ...defaultSpec, classes: scan.vocab.map((name) => ({ name, terms: [] })) };
  await dataset.store.spec.write(spec);
  return ok({ file: 'winnow.json', spec }, `Wrote winnow.json with ${String(spec.classes.length)} classes.`);
};

export const scanCommand = async (session: Session, dir: string, isDeep: boolean): Promise<Reply> => {
  const dataset = await session.open(dir);
  const snapshot = isDeep
    ? await verify(dataset, session.progress.show, session.signal)
    : await dataset.snapshot(session.signal);
  const report = scanReport(snapshot, isDeep);
  for (const note of snapshot.scan.notes) session.say(note);
  const text = [
    `${String(report.items)} images in ${String(report.files)} files.`,
    ...Object.entries(report.classes).map(([label, n]) => `  ${label}: ${String(n)}`),
    ...report.bad.map((bad) => `bad: ${bad.path}: ${bad.message}`),
    ...(report.ignored > 0 ? [`${String(report.ignored)} other files ignored.`] : []),
  ];
  return ok(report, text.join('\n'), report.files + report.bad.length === 0 ? exit.nothingFound : exit.ok);
};

export const reportCommand = async (session: Session, dir: string, out: string): Promise<Reply> => {
  const dataset = await session.open(dir);
  const file = path.resolve(session.cwd, out);
  const html = await makeReport(dataset, readThumbnail, session.signal);
  await writeOwnFile(file, html);
  return ok({ file }, `Wrote ${file}. It opens by double-click and needs no network.`);
};

export const doctorCommand = async (session: Session): Promise<Reply> => {
  const report = await diagnose(
    session.engine,
    { node: process.version, platform: `${process.platform}-${process.arch}` },
    () => session.startEngine(),
  );
  return ok(report, report.lines.join('\n'), report.isHealthy ? exit.ok : exit.failed);
};

/** TensorFlow.js for CUDA, and whether a training would use it. */
export const installCudaCommand = async (session: Session): Promise<Reply> => {
  const refusal = whyNotInstall(findCudaParts());
  if (refusal !== null) throw new WinnowError('no-runtime', refusal);
  const folder = await installTensorflow({
    signal: session.signal,
    onLine: (line) => {
      session.say(line);
    },
  });
  const line = await cudaLine(() => session.startEngine());
  return ok({ folder, line }, `TensorFlow.js lies in ${folder}. ${line}`);
};

export const isFolder = async (dir: string): Promise<boolean> =>
  stat(dir).then(
    (entry) => entry.isDirectory(),
    () => false,
  );
