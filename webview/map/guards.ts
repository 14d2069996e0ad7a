/** What may arrive on the map's wire. */

import type { ItemId } from '../../src/core/dataset/item.js';
import { findingKinds, type FindingKind } from '../../src/core/findings/finding.js';
import type { MapContract, MapPage, MapPoint } from '../../src/protocol/map.js';
import type { Guards } from '../shared/connect.js';
import { isFlag, isNull, isNumber, isText, listOf, oneOf, orNull, shape, type Guard } from '../shared/guard.js';

const isId = isText as Guard<ItemId>;
const isKind: Guard<FindingKind> = oneOf(...findingKinds);
const isPage: Guard<MapPage> = shape<MapPage>({
  datasetName: isText,
  state: oneOf('ready', 'no-run', 'computing', 'idle', 'error'),
  message: orNull(isText),
  share: orNull(isNumber),
  version: isNumber,
  points: isNumber,
  isStale: isFlag,
});
const isPoint: Guard<MapPoint> = shape<MapPoint>({
  id: isId,
  name: isText,
  x: isNumber,
  y: isNumber,
  label: orNull(isText),
  prediction: orNull(isText),
  finding: orNull(isKind),
  side: oneOf('train', 'valid', 'test', null),
});

export const mapGuards: Guards<MapContract> = {
  calls: {
    open: isPage,
    points: shape<{ version: number; points: readonly MapPoint[] }>({ version: isNumber, points: listOf(isPoint) }),
    thumb: shape<{ uri: string | null }>({ uri: orNull(isText) }),
    showOne: isNull,
    showMany: isNull,
    compute: isPage,
    cancel: isNull,
    train: isNull,
  },
  pushes: { changed: isPage },
};
