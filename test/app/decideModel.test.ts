import { mkdirSync, renameSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { applyDecisions } from '../../src/app/apply.js';
import { decide, redo, undo, type DecisionAction } from '../../src/app/decide.js';
import { WinnowError } from '../../src/base/errors.js';
import type { Entry } from '../../src/core/journal/entry.js';
import { contents, idOf, imageBytes, openTest, put, temporaryFolder } from '../node/tempDataset.js';

const labels = ['cat', 'dog', 'owl'] as const;
const photos = [0, 1, 2, 3, 4];

/** As many random sequences as `WINNOW_SEQUENCES` says; the bar is 5,000. */
const sequences = Number(process.env['WINNOW_SEQUENCES'] ?? 60);

/** A naive model: it counts how often a person has moved a photo instead of following paths. */
interface Photo {
  base: string;
  epoch: number;
}
interface Decision {
  readonly photo: number;
  readonly action: DecisionAction;
  readonly epoch: number;
  undone: boolean;
}
interface Told {
  label: string;
  status: 'in' | 'set-aside' | 'trashed';
  decision: 'keep' | 'relabel' | null;
  superseded: boolean;
}
class Model {
  readonly photos: Photo[] = photos.map((i) => ({ base: labels[i % 2] as string, epoch: 0 }));
  readonly decisions: Decision[] = [];
  redoable: Decision[] = [];

  told(photo: number): Told {
    const { base, epoch } = this.photos[photo] as Photo;
    let now: (Omit<Told, 'superseded' | 'label'> & { label: string | null; epoch: number }) | null = null;
    for (const { photo: of, action, epoch: when, undone } of this.decisions) {
      if (of !== photo || undone) continue;
      if (now && now.epoch !== when) {
        if (action.kind === 'restore') {
          now.epoch = when;
          continue;
        }
        now = null;
      }
      now ??= { label: null, status: 'in', decision: null, epoch: when };
      if (action.kind === 'relabel') {
        const isSame: boolean = (now.label ?? base) === action.to && now.decision !== 'relabel';
        now = { ...now, label: action.to, status: 'in', decision: isSame ? 'keep' : 'relabel' };
      } else if (action.kind === 'keep') now = { ...now, status: 'in', decision: 'keep' };
      else if (action.kind === 'restore') now.status = 'in';
      else now.status = action.kind === 'trash' ? 'trashed' : 'set-aside';
    }
    const isEmpty = !now || (now.label === null && now.status === 'in' && now.decision === null);
    if (!now || isEmpty || now.epoch !== epoch) {
      return { label: base, status: 'in', decision: null, superseded: !isEmpty };
    }
    return { label: now.label ?? base, status: now.status, decision: now.decision, superseded: false };
  }

  decided(photo: number, action: DecisionAction): void {
    this.decisions.push({ photo, action, epoch: (this.photos[photo] as Photo).epoch, undone: false });
    this.redoable = [];
  }
}

type Step =
  | { readonly do: 'decide'; readonly photo: number; readonly action: DecisionAction }
  | { readonly do: 'undo' | 'redo' | 'apply' | 'reopen' }
  | { readonly do: 'move'; readonly photo: number };

const photo = fc.constantFrom(...photos);
const action = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom(...labels).map((to): DecisionAction => ({ kind: 'relabel', to, allowNewClass: true })),
  },
  {
    weight: 4,
    arbitrary: fc.constantFrom<DecisionAction>(
      { kind: 'keep' },
      { kind: 'set-aside' },
      { kind: 'trash', as: 'ours' },
      { kind: 'restore' },
    ),
  },
);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant('decide' as const), photo, action }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('undo' as const, 'redo' as const) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('apply' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('move' as const), photo }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('reopen' as const) }) },
);

it('random decisions, undos, applies and moves by hand agree with a naive model, and no byte is lost', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 30 }), async (steps) => {
      const [dir, home] = [temporaryFolder(), temporaryFolder()];
      for (const i of photos) put(dir, `${labels[i % 2] as string}/${i}.jpg`, imageBytes(String(i)));
      const ids = photos.map((i) => idOf(imageBytes(String(i))));
      const before = contents(dir);
      const model = new Model();
      let dataset = await openTest(dir, home);
      let moves = 0;

      for (const one of steps) {
        const snapshot = await dataset.snapshot();
        switch (one.do) {
          case 'decide': {
            const entries = await orNothing(() => decide(dataset, [ids[one.photo]!], one.action, 'user'));
            if (entries) {
              const isKeep = entries[0]?.kind === 'keep';
              model.decided(one.photo, isKeep ? { kind: 'keep' } : one.action);
            }
            break;
          }
          case 'undo': {
            const last = model.decisions.findLast((decision) => !decision.undone);
            expect((await orNothing(() => undo(dataset, {}, 'user'))) === null).toBe(last === undefined);
            if (last) {
              last.undone = true;
              model.redoable.push(last);
            }
            break;
          }
          case 'redo': {
            const last = model.redoable.pop();
            expect((await orNothing(() => redo(dataset, 'user'))) === null).toBe(last === undefined);
            if (last) last.undone = false;
            break;
          }
          case 'apply': {
            await applyDecisions(dataset, { dryRun: false });
            for (const item of (await dataset.snapshot()).scan.items) {
              const told = model.told(ids.indexOf(item.id));
              const place = told.status === 'trashed' ? '.winnow' : told.label;
              expect(item.at.split('/')[0]).toBe(place);
            }
            expect((await applyDecisions(dataset, { dryRun: true })).moved).toEqual([]);
            break;
          }
          case 'move': {
            const { at } = snapshot.scan.items.find((item) => item.id === ids[one.photo])!;
            if (at.startsWith('.winnow')) break;
            const folder = `moved${++moves}`;
            mkdirSync(path.join(dir, folder));
            renameSync(path.join(dir, at), path.join(dir, folder, path.basename(at)));
            await dataset.refresh();
            const here = model.photos[one.photo]!;
            here.base = folder;
            here.epoch++;
            break;
          }
          case 'reopen':
            dataset.dispose();
            dataset = await openTest(dir, home);
        }
        const { state } = await dataset.snapshot();
        for (const i of photos) {
          const { label, status, decision, superseded } = state.items.get(ids[i]!)!;
          expect({ label, status, decision, superseded: superseded !== null }).toEqual(model.told(i));
        }
        expect(contents(dir)).toEqual(before);
      }
    }),
    {
      numRuns: sequences,
      seed: 42,
      examples: [
        // Moved by hand, and then by an apply to where it was kept, and back.
        [
          [
            { do: 'decide', photo: 3, action: { kind: 'keep' } },
            { do: 'move', photo: 3 },
            { do: 'decide', photo: 3, action: { kind: 'relabel', to: 'dog', allowNewClass: true } },
            { do: 'apply' },
            { do: 'undo' },
            { do: 'apply' },
          ],
        ],
        // Relabelled while it lay in the trash.
        [
          [
            { do: 'decide', photo: 3, action: { kind: 'trash', as: 'ours' } },
            { do: 'apply' },
            { do: 'decide', photo: 3, action: { kind: 'relabel', to: 'cat', allowNewClass: true } },
            { do: 'apply' },
          ],
        ],
      ],
    },
  );
});

const orNothing = async (work: () => Promise<readonly Entry[]>): Promise<readonly Entry[] | null> => {
  try {
    return await work();
  } catch (error) {
    if (WinnowError.is(error, 'nothing-to-do')) return null;
    throw error;
  }
};
