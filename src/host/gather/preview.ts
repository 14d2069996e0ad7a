/** What a class's terms find, as thumbnails in a QuickPick, before anything is gathered. */

import { mkdir } from 'node:fs/promises';
import * as vscode from 'vscode';
import { previewTerm } from '../../app/gather/previewTerm.js';
import type { ClassSpec } from '../../core/dataset/spec.js';
import type { ItemId } from '../../core/dataset/item.js';
import type { Candidate } from '../../core/gather/candidate.js';
import { licenceTitle } from '../../core/gather/providers/reading.js';
import { providers } from '../../core/gather/providers/registry.js';
import type { SourceFile } from '../../protocol/engine.js';
import type { Web } from '../../ports/web.js';
import type { ApiKeys } from './apiKeys.js';
import type { PreviewPanel, PreviewPhoto } from './previewPanel.js';
import { back, pickOne, type Pick } from './steps.js';
import type { Plan } from './plan.js';

export type Verdict = 'use' | 'change';
/** Null = dismissed. */
export type ShowPreview = (next: ClassSpec, others: readonly ClassSpec[], plan: Plan) => Promise<Verdict | null>;

export interface PreviewTools {
  readonly web: () => Promise<Web>;
  readonly keys: ApiKeys;
  readonly baseUrls: () => Readonly<Record<string, string>>;
  /** Absolute: what comes from the web lies here until the wizard ends. */
  readonly folder: string;
  /** Our own thumbnails of files that came: absolute paths, null where one is no picture. */
  readonly thumbnails: (files: readonly SourceFile[]) => Promise<readonly (string | null)[]>;
  readonly panel: PreviewPanel;
}

const shown = 12;

/** Remembers what each term found, so that two classes that find the same images are told at once. */
export const previewer = ({ web, keys, baseUrls, folder, thumbnails, panel }: PreviewTools): ShowPreview => {
  const known = new Map<string, Promise<Found>>();

  const find = (term: string, plan: Plan): Promise<Found> => {
    const asked = plan.providers.find((id) => providers.some((each) => each.id === id)) ?? 'openverse';
    const key = JSON.stringify([term, asked, plan.licence]);
    let found = known.get(key);
    if (!found) {
      found = (async () =>
        previewTerm(await web(), {
          provider: asked,
          query: term,
          licence: plan.licence,
          key: (await keys.all())[asked] ?? null,
          baseUrl: baseUrls()[asked] ?? null,
          count: shown,
        }))();
      known.set(key, found);
      // A network that was gone for a moment is asked again.
      found.then(
        ({ failure }) => failure && known.delete(key),
        () => known.delete(key),
      );
    }
    return found;
  };

  return async (next, others, plan) => {
    const use: Pick<Verdict> = {
      label: `$(check) ${vscode.l10n.t('This is what I mean')}`,
      value: 'use',
      alwaysShow: true,
    };
    const change: Pick<Verdict> = {
      label: `$(edit) ${vscode.l10n.t('Change the terms…')}`,
      value: 'change',
      alwaysShow: true,
    };
    const choice = await pickOne<Verdict>({
      title: vscode.l10n.t('“{0}” finds', next.terms.join('; ')),
      step: null,
      of: 0,
      canGoBack: true,
      placeholder: vscode.l10n.t('The first images of each term; nothing is gathered yet'),
      items: [use, change],
      active: use,
      later: async (show, signal) => {
        const isOver = (): boolean => signal.aborted;
        const rows: Pick<Verdict>[] = [];
        const photos = new Map<string, readonly PreviewPhoto[]>();
        const redraw = (): void => show([...rows, use, change]);
        for (const term of next.terms) {
          const { candidates, failure, notes } = await find(term, plan).catch((error: unknown) => ({
            candidates: [],
            notes: [],
            failure: { code: 'internal', message: error instanceof Error ? error.message : String(error) },
          }));
          if (isOver()) return;
          if (failure) rows.push(warning(failure.message));
          else if (candidates.length === 0) {
            rows.push(warning(vscode.l10n.t('“{0}” finds nothing. Use other or fewer words.', term)));
          }
          for (const note of notes) rows.push(warning(note));
          rows.push(...(await overlapsWith(term, candidates, next, others, plan)));
          redraw();
          const files = await loadThumbnails(await web(), folder, candidates, signal);
          const shown = await thumbnails([...files.values()]);
          if (isOver()) return;
          const paths = new Map([...files.keys()].map((url, at) => [url, shown[at] ?? null]));
          photos.set(
            term,
            candidates.map((each) => ({ ...captionOf(each), file: paths.get(each.imageUrl) ?? null })),
          );
          panel.show(vscode.l10n.t('What “{0}” finds', next.name), photos);
          redraw();
        }
      },
    });
    return choice === back ? 'change' : choice;
  };

  /** A warning for each other class whose previewed terms find the same images. */
  async function overlapsWith(
    term: string,
    candidates: readonly Candidate[],
    next: ClassSpec,
    others: readonly ClassSpec[],
    plan: Plan,
  ): Promise<Pick<Verdict>[]> {
    const mine = new Set(candidates.map(({ imageUrl }) => imageUrl));
    const found: Pick<Verdict>[] = [];
    for (const other of others) {
      for (const theirs of other.terms) {
        const same =
          (await find(theirs, plan).catch(() => null))?.candidates.filter(({ imageUrl }) => mine.has(imageUrl)) ?? [];
        if (same.length === 0) continue;
        found.push(
          warning(
            vscode.l10n.t(
              '{0} of the first {1} images are also found by “{2}” ({3}): make the terms of {4} more precise.',
              same.length,
              candidates.length,
              theirs,
              other.name,
              term === next.name ? next.name : `${next.name} (“${term}”)`,
            ),
          ),
        );
      }
    }
    return found;
  }
};

type Found = Awaited<ReturnType<typeof previewTerm>>;
const warning = (text: string): Pick<Verdict> => ({ label: `$(warning) ${text}`, value: 'change', alwaysShow: true });

const captionOf = (candidate: Candidate): Omit<PreviewPhoto, 'file'> => ({
  title: candidate.title ?? vscode.l10n.t('(without a title)'),
  source: [
    providers.find(({ id }) => id === candidate.provider)?.title ?? candidate.provider,
    candidate.licence === null ? vscode.l10n.t('licence not told') : licenceTitle(candidate.licence),
    ...(candidate.width !== null && candidate.height !== null
      ? [`${String(candidate.width)}\u00a0×\u00a0${String(candidate.height)}`]
      : []),
  ].join(' · '),
});

/** Webviews and pickers load nothing from the web: thumbnails come through the same guarded door as everything. */
const loadThumbnails = async (
  web: Web,
  folder: string,
  candidates: readonly Candidate[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, SourceFile>> => {
  await mkdir(folder, { recursive: true });
  const files = new Map<string, SourceFile>();
  await Promise.all(
    candidates.map(async ({ thumbnailUrl, imageUrl }) => {
      const request = { url: thumbnailUrl ?? imageUrl, folder, maxBytes: 5 * 1024 * 1024 };
      const outcome = await web.download(request, signal).catch(() => null);
      if (outcome?.ok) files.set(imageUrl, { id: outcome.sha256 as ItemId, file: outcome.file });
    }),
  );
  return files;
};
