/** New Dataset from Image Search: folder → classes and terms → providers → how many → licences → summary. */

import { homedir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { defaultSpec, type ClassSpec, type DatasetSpec } from '../../core/dataset/spec.js';
import { gatherEstimate } from '../../core/gather/estimate.js';
import type { LicencePolicy } from '../../core/gather/licence.js';
import { providers } from '../../core/gather/providers/registry.js';
import type { Plan } from './plan.js';
import type { ApiKeys } from './apiKeys.js';
import { askText, back, pickMany, pickOne, type Pick, type Stepped } from './steps.js';
import type { ShowPreview } from './preview.js';

const title = (): string => vscode.l10n.t('New Dataset from Image Search');
const steps = 6;

/** Null = dismissed: nothing was written. */
export const askPlan = async (keys: ApiKeys, preview: ShowPreview): Promise<Plan | null> => {
  let plan: Plan = { folder: '', classes: [], ...defaultSpec.gather };
  const order = [askFolder, askClasses, askProviders, askCount, askLicence, askGo];
  for (let at = 0; at < order.length;) {
    const next = await order[at]!(plan, { step: at + 1, keys, preview });
    if (next === null) return null;
    if (next === back) at--;
    else {
      plan = next;
      at++;
    }
  }
  return plan;
};

interface Asking {
  readonly step: number;
  readonly keys: ApiKeys;
  readonly preview: ShowPreview;
}
type Ask = (plan: Plan, asking: Asking) => Promise<Stepped<Plan>>;

const placeOf = (step: number) => ({ title: title(), step, of: steps, canGoBack: step > 1 });

const askFolder: Ask = async (plan, { step }) => {
  const base = vscode.workspace.workspaceFolders?.find(({ uri }) => uri.scheme === 'file')?.uri.fsPath ?? homedir();
  const browse: vscode.QuickInputButton = {
    iconPath: new vscode.ThemeIcon('folder-opened'),
    tooltip: vscode.l10n.t('Choose a folder…'),
  };
  const folder = await askText({
    ...placeOf(step),
    prompt: vscode.l10n.t('The folder of the new dataset; it is made when it is not there.'),
    value: plan.folder === '' ? path.join(base, 'my-dataset') : plan.folder,
    problem: (text) => (path.isAbsolute(text) ? null : vscode.l10n.t('Write the whole path of a folder.')),
    button: {
      button: browse,
      press: async () => {
        const chosen = await vscode.window.showOpenDialog({
          canSelectFiles: false,
          canSelectFolders: true,
          title: title(),
          openLabel: vscode.l10n.t('Gather Here'),
        });
        return chosen?.[0]?.fsPath ?? null;
      },
    },
  });
  return folder === null || folder === back ? folder : { ...plan, folder };
};

type ClassChoice = { readonly edit: number } | 'add' | 'done';

const askClasses: Ask = async (plan, asking) => {
  let { classes } = plan;
  for (;;) {
    const isEnough = classes.length > 0;
    const done: Pick<ClassChoice> = {
      label: `$(arrow-right) ${vscode.l10n.t('Go on with these classes')}`,
      value: 'done',
      alwaysShow: true,
    };
    const add: Pick<ClassChoice> = {
      label: `$(add) ${isEnough ? vscode.l10n.t('Add another class…') : vscode.l10n.t('Add the first class…')}`,
      detail: isEnough ? '' : vscode.l10n.t('A name, and the words that an image search finds it by'),
      value: 'add',
      alwaysShow: true,
    };
    const known = classes.map(({ name, terms }, at): Pick<ClassChoice> => ({
      label: `$(tag) ${name}`,
      detail: terms.join('; '),
      value: { edit: at },
    }));
    const choice: Stepped<ClassChoice> =
      classes.length === 0
        ? 'add'
        : await pickOne<ClassChoice>({
            ...placeOf(asking.step),
            placeholder:
              classes.length === 1
                ? vscode.l10n.t('One class so far; to tell things apart takes two at least')
                : vscode.l10n.t('{0} classes; choose one to change it', classes.length),
            items: [...known, add, done],
            active: classes.length > 1 ? done : add,
          });
    if (choice === null || choice === back) return choice;
    if (choice === 'done') return { ...plan, classes };
    const at = choice === 'add' ? classes.length : choice.edit;
    const changed = await askClass(classes, at, plan, asking);
    if (changed === null) return null;
    if (changed === back) {
      if (classes.length === 0) return back;
    } else if (changed === 'removed') classes = classes.filter((_, i) => i !== at);
    else classes = [...classes.slice(0, at), changed, ...classes.slice(at + 1)];
  }
};

/** A class's name, its terms, and a look at what they find. */
const askClass = async (
  classes: readonly ClassSpec[],
  at: number,
  plan: Plan,
  { step, preview }: Asking,
): Promise<Stepped<ClassSpec | 'removed'>> => {
  const before = classes[at];
  const others = classes.filter((_, i) => i !== at).map(({ name }) => name.toLowerCase());
  const name = await askText({
    ...placeOf(step),
    canGoBack: true,
    prompt: before
      ? vscode.l10n.t('The name of the class; leave it empty to remove the class.')
      : vscode.l10n.t('The name of class {0}: its folder will be called so.', at + 1),
    value: before?.name ?? '',
    placeholder: 'adidas',
    problem: (text) => {
      if (text === '') return before ? null : vscode.l10n.t('A class needs a name.');
      if (others.includes(text.toLowerCase())) return vscode.l10n.t('There is a class of this name already.');
      return null;
    },
  });
  if (name === null || name === back) return name;
  if (name === '') return 'removed';
  for (let terms = before?.terms.join('; ') ?? ''; ;) {
    const text = await askText({
      ...placeOf(step),
      canGoBack: true,
      prompt: vscode.l10n.t('What to search for “{0}”: be precise. Several terms are separated by a semicolon.', name),
      value: terms === '' ? name : terms,
      placeholder: 'adidas running shoe side view',
      problem: (typed) => (termsOf(typed).length > 0 ? null : vscode.l10n.t('Write what to search for.')),
    });
    if (text === null || text === back) return text;
    terms = text;
    const next: ClassSpec = { name, terms: termsOf(text) };
    const verdict = await preview(
      next,
      classes.filter((_, i) => i !== at),
      plan,
    );
    if (verdict === null) return null;
    if (verdict === 'use') return next;
  }
};

const termsOf = (text: string): string[] => [
  ...new Set(
    text
      .split(';')
      .map((term) => term.trim())
      .filter((term) => term !== ''),
  ),
];

const askProviders: Ask = async (plan, { step, keys }) => {
  for (;;) {
    const set = await keys.all();
    const items = providers.map((provider): Pick<string> => ({
      label: provider.title,
      description: !provider.key?.isRequired
        ? ''
        : provider.id in set
          ? vscode.l10n.t('$(key) a key is set')
          : vscode.l10n.t('$(key) asks for a key'),
      detail: provider.about,
      value: provider.id,
    }));
    const chosen = await pickMany({
      ...placeOf(step),
      placeholder: vscode.l10n.t('Where to search'),
      items,
      chosen: items.filter(({ value }) => plan.providers.includes(value)),
    });
    if (chosen === null || chosen === back) return chosen;
    const lacking = providers.find(({ id, key }) => chosen.includes(id) && key?.isRequired === true && !(id in set));
    plan = { ...plan, providers: chosen };
    if (!lacking) return plan;
    if (!(await keys.ask(lacking))) plan = { ...plan, providers: chosen.filter((id) => id !== lacking.id) };
  }
};

const askCount: Ask = async (plan, { step }) => {
  const text = await askText({
    ...placeOf(step),
    prompt: vscode.l10n.t('How many images a class? 150 are a good start.'),
    value: String(plan.perClass),
    problem: (typed) =>
      /^\d{1,5}$/.test(typed) && Number(typed) > 0 ? null : vscode.l10n.t('A whole number from 1 to 99,999.'),
  });
  return text === null || text === back ? text : { ...plan, perClass: Number(text) };
};

const askLicence: Ask = async (plan, { step }) => {
  const words: readonly (readonly [LicencePolicy, string, string])[] = [
    [
      'cc',
      vscode.l10n.t('Openly licensed'),
      vscode.l10n.t('Any Creative Commons licence or the public domain; authors are credited'),
    ],
    [
      'commercial',
      vscode.l10n.t('Openly licensed, commercial use allowed'),
      vscode.l10n.t('Without “non-commercial” ones'),
    ],
    ['modification', vscode.l10n.t('Openly licensed, changes allowed'), vscode.l10n.t('Without “no derivatives” ones')],
    [
      'commercial-modification',
      vscode.l10n.t('Commercial use and changes allowed'),
      vscode.l10n.t('Free for nearly everything; authors are credited'),
    ],
    ['public-domain', vscode.l10n.t('Public domain'), vscode.l10n.t('Nobody has to be credited')],
    [
      'any',
      vscode.l10n.t('Anything'),
      vscode.l10n.t('Also images whose licence nobody tells: whether you may use them is for you to know'),
    ],
  ];
  const items = words.map(([value, label, detail]): Pick<LicencePolicy> => ({ label, detail, value }));
  const licence = await pickOne({
    ...placeOf(step),
    placeholder: vscode.l10n.t('Which licences?'),
    items,
    active: items.find(({ value }) => value === plan.licence) ?? items[0]!,
  });
  return licence === null || licence === back ? licence : { ...plan, licence };
};

const askGo: Ask = async (plan, { step }) => {
  const { sentence } = gatherEstimate(specOf(plan));
  const go: Pick<'go'> = {
    label: `$(cloud-download) ${vscode.l10n.t('Gather')}`,
    detail: sentence,
    value: 'go',
    alwaysShow: true,
  };
  const facts = plan.classes.map(({ name, terms }): Pick<'go'> => ({
    label: `$(tag) ${name}`,
    description: terms.join('; '),
    value: 'go',
  }));
  const choice = await pickOne({
    ...placeOf(step),
    placeholder: vscode.l10n.t('Into {0}. It can be cancelled and resumed.', plan.folder),
    items: [go, ...facts],
    active: go,
  });
  return choice === null || choice === back ? choice : plan;
};

const specOf = ({ classes, providers: ids, perClass, licence }: Plan): DatasetSpec => ({
  ...defaultSpec,
  classes,
  gather: { ...defaultSpec.gather, providers: ids, perClass, licence },
});
