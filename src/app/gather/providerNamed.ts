import { WinnowError } from '../../base/errors.js';
import { nearestName } from '../../core/dataset/className.js';
import { providers } from '../../core/gather/providers/registry.js';
import type { Provider } from '../../core/gather/provider.js';

/** The provider with that id. Throws `bad-spec` naming the nearest. @param extra win over the built-in ones. */
export const providerNamed = (id: string, extra: readonly Provider[] = []): Provider => {
  const all = [...extra, ...providers];
  const found = all.find((provider) => provider.id === id);
  if (found) return found;
  const ids = all.map((provider) => provider.id);
  throw new WinnowError(
    'bad-spec',
    `winnow.json: "gather.providers" names "${id}", which is no provider; the nearest is "${nearestName(id, ids) ?? ''}" (${ids.join(', ')}). Nothing was gathered.`,
  );
};
