/** Every command of the extension; package.json must contribute exactly these. No `vscode` here, so that a plain test can read it. */
export const commandIds = [
  'winnow.openDataset',
  'winnow.openSample',
  'winnow.newDataset',
  'winnow.gather',
  'winnow.addImages',
  'winnow.import',
  'winnow.retryGather',
  'winnow.openGatherUrl',
  'winnow.setApiKey',
  'winnow.chooseBackbone',
  'winnow.train',
  'winnow.review',
  'winnow.findSimilar',
  'winnow.showConfusion',
  'winnow.audit',
  'winnow.fineTune',
  'winnow.previewAugmentations',
  'winnow.predict',
  'winnow.showPrediction',
  'winnow.relabelFile',
  'winnow.why',
  'winnow.exportModel',
  'winnow.applyDecisions',
  'winnow.undo',
  'winnow.redo',
  'winnow.undoTo',
  'winnow.purgeTrash',
  'winnow.doctor',
  'winnow.refresh',
  'winnow.closeDataset',
  'winnow.openSettings',
  'winnow.showLog',
] as const;
export type CommandId = (typeof commandIds)[number];

export const viewIds = ['winnow.datasets', 'winnow.runs', 'winnow.history', 'winnow.gatherReport'] as const;
export const panelTypes = [
  'winnow.review',
  'winnow.confusion',
  'winnow.prediction',
  'winnow.audit',
  'winnow.training',
  'winnow.augment',
] as const;
export type PanelType = (typeof panelTypes)[number];
