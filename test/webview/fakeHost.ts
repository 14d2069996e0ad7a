/** Entry of the bundle that stands in for the editor in the harness's pages. */

import { fakeAugment } from './fakeAugment.js';
import { fakeAudit } from './fakeAudit.js';
import { fakeConfusion } from './fakeConfusion.js';
import { fakeHealth } from './fakeHealth.js';
import { fakeMap } from './fakeMap.js';
import { fakePrediction } from './fakePrediction.js';
import { fakeReview } from './fakeReview.js';
import { fakeTraining } from './fakeTraining.js';
import { fromQuery, type Scenario } from './scenario.js';

const hosts: Readonly<Record<string, (scenario: Scenario) => void>> = {
  review: fakeReview,
  confusion: fakeConfusion,
  prediction: fakePrediction,
  audit: fakeAudit,
  health: fakeHealth,
  training: fakeTraining,
  augment: fakeAugment,
  map: fakeMap,
};
hosts[document.body.dataset['surface'] ?? '']?.(fromQuery(location.search));
