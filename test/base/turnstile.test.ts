import { expect, it } from 'vitest';
import { Turnstile } from '../../src/base/turnstile.js';

const settled = async (): Promise<void> => {
  for (let i = 0; i < 10; i++) await Promise.resolve();
};

it('lets many pass together, one alone, and keeps the order of those who wait', async () => {
  const turnstile = new Turnstile();
  const inside: string[] = [];
  const leave = new Map<string, () => void>();
  const work = (name: string) => () => {
    inside.push(name);
    return new Promise<void>((resolve) => leave.set(name, resolve)).then(
      () => void inside.splice(inside.indexOf(name), 1),
    );
  };
  const all = [
    turnstile.together(work('a')),
    turnstile.together(work('b')),
    turnstile.alone(work('c')),
    turnstile.together(work('d')),
  ];
  await settled();
  expect(inside).toEqual(['a', 'b']);
  leave.get('a')!();
  await settled();
  expect(inside).toEqual(['b']);
  leave.get('b')!();
  await settled();
  expect(inside).toEqual(['c']);
  leave.get('c')!();
  await settled();
  expect(inside).toEqual(['d']);
  leave.get('d')!();
  await Promise.all(all);
});

it('lets the next in when work fails', async () => {
  const turnstile = new Turnstile();
  await expect(turnstile.alone(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await turnstile.together(() => Promise.resolve(1))).toBe(1);
});
