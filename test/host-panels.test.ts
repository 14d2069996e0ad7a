import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { changeOf } from '../src/host/fileChange.js';
import { contentSecurityPolicy, pageHtml } from '../src/host/panels/page.js';
import { PredictionCards, pictureOf } from '../src/host/panels/predictionCards.js';
import { PredictionFeed } from '../src/host/panels/predictionFeed.js';
import { refusal } from '../src/host/panels/refusal.js';
import { auditChecks, confusionChecks, mapChecks, predictionChecks, reviewChecks } from '../src/host/panels/schemas.js';
import { redact } from '../src/host/redact.js';
import { maxImageBytes } from '../src/protocol/plain.js';
import { maxIllustrated, type PredictionChange, type PredictionState } from '../src/protocol/prediction.js';
import { noFilter } from '../src/protocol/review.js';
import { isPredictionChange } from '../webview/prediction/guards.js';
import { merged } from '../webview/prediction/merge.js';

const id = 'a'.repeat(64);
const call = (name: string, input: unknown): unknown => ({ t: 'call', id: 7, name, in: input });
const allChecks = { ...reviewChecks, ...confusionChecks, ...predictionChecks, ...auditChecks, ...mapChecks };

describe('what a webview may send', () => {
  it.each([
    ['open', null],
    ['setFilter', { filter: { ...noFilter, label: 'cat', kind: 'label-issue' } }],
    ['rows', { version: 3, from: 0, to: 60 }],
    ['decide', { ids: [id], action: { kind: 'relabel', to: 'dog' }, lastVisible: 11 }],
    ['decide', { ids: [id], action: { kind: 'trash', as: 'foreign' }, lastVisible: -1 }],
    ['undo', { lastVisible: 0 }],
    ['resort', null],
    ['peek', { id }],
  ])('lets the review ask %s', (name, input) => {
    expect(refusal(call(name, input), reviewChecks)).toBeNull();
  });

  it.each([
    ['a path instead of an id', call('peek', { id: '../../etc/passwd' })],
    ['a further key', call('peek', { id, path: '/etc/passwd' })],
    ['all rows of a huge dataset', call('rows', { version: 1, from: 0, to: 100_000 })],
    ['an action of no known kind', call('decide', { ids: [id], action: { kind: 'delete' }, lastVisible: 0 })],
    ['a decision about nothing', call('decide', { ids: [], action: { kind: 'keep' }, lastVisible: 0 })],
    ['an empty label', call('decide', { ids: [id], action: { kind: 'relabel', to: '' }, lastVisible: 0 })],
    ['no input at all', { t: 'call', id: 7, name: 'setFilter' }],
  ])('refuses %s and says so to the caller', (_what, frame) => {
    expect(refusal(frame, reviewChecks)).toMatchObject({ id: 7 });
  });

  it('lets pictures up to 25 MB in, as a typed array or a bare buffer', () => {
    const image = (bytes: unknown): unknown => call('predictImage', { name: 'x.png', bytes });
    expect(refusal(image(new Uint8Array(8)), predictionChecks)).toBeNull();
    expect(refusal(image(new ArrayBuffer(8)), predictionChecks)).toBeNull();
    expect(refusal(image(new Uint8Array(maxImageBytes + 1)), predictionChecks)).not.toBeNull();
    expect(refusal(image(new Uint8Array(0)), predictionChecks)).not.toBeNull();
    expect(refusal(image('bytes'), predictionChecks)).not.toBeNull();
  });

  it('lets the prediction page ask for thumbnails of a screenful of cards, not of all', () => {
    const keys = (count: number): string[] => Array.from({ length: count }, (_, at) => `card-${String(at)}`);
    expect(refusal(call('illustrate', { keys: keys(maxIllustrated) }), predictionChecks)).toBeNull();
    expect(refusal(call('illustrate', { keys: keys(maxIllustrated + 1) }), predictionChecks)).not.toBeNull();
    expect(refusal(call('illustrate', { keys: [] }), predictionChecks)).not.toBeNull();
  });

  it('lets the audit answer about an item, with a class or none, and nothing else', () => {
    expect(refusal(call('answer', { id, label: 'cat' }), auditChecks)).toBeNull();
    expect(refusal(call('answer', { id, label: null }), auditChecks)).toBeNull();
    expect(refusal(call('answer', { id, label: '' }), auditChecks)).not.toBeNull();
    expect(refusal(call('answer', { id: 'cat/1.jpg', label: 'cat' }), auditChecks)).not.toBeNull();
  });

  it('lets the map ask for a range of points and for photos by id, and nothing else', () => {
    expect(refusal(call('points', { version: 3, from: 2000, to: 4000 }), mapChecks)).toBeNull();
    expect(refusal(call('points', { version: 3, from: 0, to: 20_000 }), mapChecks)).not.toBeNull();
    expect(refusal(call('points', { version: 3, from: -1, to: 10 }), mapChecks)).not.toBeNull();
    expect(refusal(call('showMany', { ids: [id] }), mapChecks)).toBeNull();
    expect(refusal(call('showMany', { ids: [] }), mapChecks)).not.toBeNull();
    expect(refusal(call('showOne', { id: 'cat/1.jpg' }), mapChecks)).not.toBeNull();
  });

  it('leaves names it does not know to the endpoint, which answers them', () => {
    expect(refusal(call('constructor', null), reviewChecks)).toBeNull();
    expect(refusal({ t: 'hello', v: 1 }, reviewChecks)).toBeNull();
  });

  it('survives whatever arrives', () => {
    const name = fc.constantFrom(...Object.keys(allChecks), '__proto__', 'toString');
    const frame = fc.oneof(
      fc.anything(),
      fc.record({ t: fc.constantFrom('call', 'event'), id: fc.anything(), name, in: fc.anything() }),
    );
    fc.assert(
      fc.property(frame, (value) => {
        const found = refusal(value, allChecks);
        expect(found === null || typeof found.why === 'string').toBe(true);
      }),
      { numRuns: 5000, seed: 1 },
    );
  });
});

describe('the page', () => {
  const parts = {
    surface: 'review',
    cspSource: 'https://*.vscode-cdn.net',
    scriptUri: 'https://x/review.js',
    styleUris: ['https://x/"><script>alert(1)</script>'],
    language: 'en',
    place: null,
  };

  it('allows nothing but its own script, styles, fonts and pictures', () => {
    expect(contentSecurityPolicy('SRC', 'N')).toBe(
      "default-src 'none'; img-src SRC blob:; style-src SRC 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='; font-src SRC; script-src 'nonce-N'",
    );
  });

  it('has a fresh nonce of 128 bits each time', () => {
    const nonces = Array.from({ length: 20 }, () => /nonce="([^"]+)"/.exec(pageHtml(parts))?.[1] ?? '');
    expect(new Set(nonces).size).toBe(20);
    for (const nonce of nonces) expect(Buffer.from(nonce, 'base64')).toHaveLength(16);
  });

  it('has one script and quotes what it is given', () => {
    const html = pageHtml(parts);
    expect(html.match(/<script/g)).toHaveLength(1);
    expect(html).not.toMatch(/ on\w+=|style=|unsafe-/);
    expect(html).not.toContain('data-place');
    const place = JSON.stringify({ text: '"><script>alert(1)</script>&' });
    const again = pageHtml({ ...parts, place });
    expect(again.match(/<script/g)).toHaveLength(1);
    const attribute = /data-place="([^"]*)"/.exec(again)?.[1] ?? '';
    expect(attribute.replaceAll('&lt;', '<').replaceAll('&quot;', '"').replaceAll('&amp;', '&')).toBe(place);
  });
});

describe('prediction cards', () => {
  it('go from asked to answered, newest first, and remember their files', () => {
    const cards = new PredictionCards();
    const [first = ''] = cards.ask([pictureOf('/d/a.png', 'a.png')]);
    const [second = ''] = cards.ask([{ file: '/tmp/pasted', name: 'Pasted picture', path: null }]);
    expect(cards.cards.map(({ key, state }) => [key, state])).toEqual([
      [second, 'busy'],
      [first, 'busy'],
    ]);
    const answer = {
      path: '/d/a.png',
      prediction: 'cat',
      probabilities: { dog: 0.2, cat: 0.8 },
      basis: 'held-out' as const,
      certainty: 'unsure' as const,
      inDomain: null,
      difference: null,
      nearest: [{ id: id as never, path: 'cat/b.png', label: 'cat', distance: 0.3 }],
    };
    cards.answer(first, answer, ['/d/cat/b.png']);
    expect(cards.unillustrated(first)).toEqual({ file: '/d/a.png', answer });
    expect(cards.unillustrated(second)).toBeNull();
    cards.illustrate(first, { thumb: 'thumb:a', nearest: ['thumb:b'] });
    expect(cards.unillustrated(first)).toBeNull();
    expect(cards.cards[1]).toMatchObject({
      state: 'done',
      prediction: 'cat',
      thumb: 'thumb:a',
      nearest: [{ path: 'cat/b.png', label: 'cat', distance: 0.3, thumb: 'thumb:b' }],
      probabilities: [
        { label: 'cat', probability: 0.8 },
        { label: 'dog', probability: 0.2 },
      ],
    });
    expect(cards.fileOf(first, null)).toBe('/d/a.png');
    expect(cards.fileOf(first, 0)).toBe('/d/cat/b.png');
    expect(cards.fileOf(first, 1)).toBeNull();
    expect(cards.fileOf(second, null)).toBeNull();
    cards.fail([second], 'not an image');
    expect(cards.cards[0]).toMatchObject({ state: 'failed', error: 'not an image' });
    // Only what waits can fail.
    cards.fail([first], 'stopped');
    expect(cards.cards[1]).toMatchObject({ state: 'done' });
    cards.clear();
    expect(cards.cards).toEqual([]);
    expect(cards.fileOf(first, null)).toBeNull();
  });

  it('a page that is told only what changed knows the same, whatever happens in between', () => {
    const answer = {
      path: 'a.png',
      prediction: 'cat',
      probabilities: { cat: 1 },
      basis: 'new' as const,
      certainty: 'sure' as const,
      inDomain: null,
      difference: null,
      nearest: [],
    };
    const happening = fc.oneof(
      {
        weight: 3,
        arbitrary: fc.record({ what: fc.constant('ask' as const), count: fc.integer({ min: 1, max: 900 }) }),
      },
      { weight: 6, arbitrary: fc.record({ what: fc.constant('answer' as const), at: fc.nat(3000) }) },
      { weight: 1, arbitrary: fc.record({ what: fc.constant('clear' as const) }) },
      { weight: 1, arbitrary: fc.record({ what: fc.constant('touch' as const) }) },
      { weight: 3, arbitrary: fc.record({ what: fc.constant('fail' as const), at: fc.nat(3000) }) },
      { weight: 4, arbitrary: fc.record({ what: fc.constant('tell' as const) }) },
    );
    const overview = {
      model: null,
      isAugmented: null,
      state: 'ready' as const,
      message: null,
      drift: null,
      classes: [],
    };
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 40 }), (happenings) => {
        const cards = new PredictionCards();
        let page: PredictionState = { ...overview, revision: cards.revision, cards: cards.cards };
        const tell = (): void => {
          const change = { ...overview, ...cards.since(page.revision) };
          expect(isPredictionChange(change)).toBe(true);
          const before = page.cards;
          page = merged(page, change)!;
          expect(page).toEqual({ ...overview, revision: cards.revision, cards: cards.cards });
          const fresh = new Set([...change.added, ...change.changed]);
          // What did not change is the same object, so that it is not drawn again.
          for (const card of page.cards) expect(fresh.has(card) || before.includes(card)).toBe(true);
          // A second time it leads on from nothing.
          if (change.from !== page.revision) expect(merged(page, change)).toBeNull();
        };
        for (const one of happenings) {
          const key = 'at' in one ? (cards.cards[one.at % (cards.cards.length || 1)]?.key ?? '') : '';
          if (one.what === 'ask') {
            cards.ask(Array.from({ length: one.count }, (_, at) => pictureOf(`/d/${String(at)}.png`, 'x')));
          } else if (one.what === 'answer') cards.answer(key, answer, []);
          else if (one.what === 'fail') cards.fail([key], 'stopped');
          else if (one.what === 'tell') tell();
          else cards[one.what]();
        }
        tell();
      }),
      { numRuns: 60, seed: 1 },
    );
  });
});

describe('the feed of the prediction page', () => {
  it('tells the first thing at once, what follows together a little later, and what is urgent now', () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    try {
      let revision = 0;
      const told: [number, number][] = [];
      const feed = new PredictionFeed(
        (from) => ({ from, revision }) as PredictionChange,
        (change) => told.push([change.from, change.revision]),
      );
      const change = (isUrgent?: boolean): void => {
        revision++;
        feed.changed(isUrgent);
      };
      change();
      expect(told).toEqual([[0, 1]]);
      for (let i = 0; i < 50; i++) change();
      expect(told).toHaveLength(1);
      vi.advanceTimersByTime(100);
      expect(told).toEqual([
        [0, 1],
        [1, 51],
      ]);
      change();
      change(true);
      expect(told.slice(2)).toEqual([[51, 53]]);
      // What has been told is not told again.
      feed.changed(true);
      vi.advanceTimersByTime(1000);
      expect(told).toHaveLength(3);
      // A page that has come up has everything.
      revision = 60;
      feed.opened(60);
      change();
      expect(told.slice(3)).toEqual([[60, 61]]);
      change();
      feed.dispose();
      change(true);
      vi.advanceTimersByTime(1000);
      expect(told).toHaveLength(4);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('file events', () => {
  it.each([
    ['cat/a.jpg', 'files'],
    ['winnow.json', 'files'],
    ['.winnowed/a.jpg', 'files'],
    ['.winnow/journal/x.jsonl', 'journal'],
    ['.winnow/runs/r1/DONE', 'journal'],
    ['.winnow/runs/r1/probs.f32', 'none'],
    ['.winnow/lock', 'none'],
    ['cat/.winnow-123-0123456789ab.tmp', 'none'],
  ])('%s → %s', (relative, change) => {
    expect(changeOf(relative)).toBe(change);
  });
});

describe('the log', () => {
  it('tells neither the home folder nor query strings', () => {
    expect(redact('read /home/ada/photos, GET https://x.org/s?key=CANARY', '/home/ada')).toBe(
      'read ~/photos, GET https://x.org/s?…',
    );
  });
});
