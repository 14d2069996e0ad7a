import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changeOf } from '../src/host/fileChange.js';
import { contentSecurityPolicy, pageHtml } from '../src/host/panels/page.js';
import { PredictionCards, pictureOf } from '../src/host/panels/predictionCards.js';
import { refusal } from '../src/host/panels/refusal.js';
import { auditChecks, confusionChecks, mapChecks, predictionChecks, reviewChecks } from '../src/host/panels/schemas.js';
import { redact } from '../src/host/redact.js';
import { maxImageBytes } from '../src/protocol/plain.js';
import { noFilter } from '../src/protocol/review.js';

const id = 'a'.repeat(64);
const call = (name: string, input: unknown): unknown => ({ t: 'call', id: 7, name, in: input });
const allChecks = { ...reviewChecks, ...confusionChecks, ...predictionChecks, ...auditChecks, ...mapChecks };

describe('what a webview may send', () => {
  it.each([
    ['open', { filter: null }],
    ['open', { filter: { ...noFilter, label: 'cat', kind: 'label-issue' } }],
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
    cards.answer(first, answer, 'thumb:a', [{ file: '/d/cat/b.png', thumb: null }]);
    expect(cards.cards[1]).toMatchObject({
      state: 'done',
      prediction: 'cat',
      thumb: 'thumb:a',
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
    cards.clear();
    expect(cards.cards).toEqual([]);
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
