/** Every provider that Winnow knows, in the order in which it offers them. docs/providers.md says why these and no others. */

import type { Provider } from '../provider.js';
import { brave } from './brave.js';
import { flickr } from './flickr.js';
import { inaturalist } from './inaturalist.js';
import { openverse } from './openverse.js';
import { pexels } from './pexels.js';
import { serpapiBing, serpapiGoogle } from './serpapi.js';
import { wikimedia } from './wikimedia.js';

export const providers: readonly Provider[] = [
  openverse,
  wikimedia,
  inaturalist,
  pexels,
  flickr,
  brave,
  serpapiGoogle,
  serpapiBing,
];
