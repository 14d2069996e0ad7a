import { describe, expect, it } from 'vitest';
import { isAllowedOrigin, isOpenToOthers, isOwnHost, urlOf } from '../../../src/node/http/hostPolicy.js';

const at = (host: string, port = 8080): { host: string; port: number } => ({ host, port });

describe('a Host header', () => {
  it.each([
    ['127.0.0.1:8080', at('127.0.0.1')],
    ['localhost:8080', at('127.0.0.1')],
    ['LOCALHOST:8080', at('127.0.0.1')],
    ['[::1]:8080', at('::1')],
    ['127.0.0.1', at('127.0.0.1', 80)],
    ['photos.lan:8080', at('photos.lan')],
    ['192.168.1.7:8080', at('0.0.0.0')],
    ['[fe80::1]:8080', at('::')],
    ['localhost:8080', at('0.0.0.0')],
  ])('%s is ours', (header, bound) => {
    expect(isOwnHost(header, bound)).toBe(true);
  });

  it.each([
    [undefined, at('127.0.0.1')],
    ['', at('127.0.0.1')],
    ['evil.example:8080', at('127.0.0.1')],
    ['127.0.0.1.evil.example:8080', at('127.0.0.1')],
    ['localhost.evil.example:8080', at('127.0.0.1')],
    ['127.0.0.1:8081', at('127.0.0.1')],
    ['127.0.0.1', at('127.0.0.1')],
    ['127.0.0.1:8080@evil.example', at('127.0.0.1')],
    ['user@127.0.0.1:8080', at('127.0.0.1')],
    ['evil.example:8080', at('0.0.0.0')],
    ['192.168.1.7:8080', at('127.0.0.1')],
    ['localhost:8080', at('192.168.1.7')],
    ['0.0.0.0:99999999', at('0.0.0.0')],
  ])('%s is not', (header, bound) => {
    expect(isOwnHost(header, bound)).toBe(false);
  });
});

it('pages of other sites may not ask, unless they were named', () => {
  const bound = at('127.0.0.1');
  expect(isAllowedOrigin(undefined, bound, [])).toBe(true);
  expect(isAllowedOrigin('http://127.0.0.1:8080', bound, [])).toBe(true);
  expect(isAllowedOrigin('http://localhost:8080', bound, [])).toBe(true);
  for (const origin of ['null', 'https://evil.example', 'https://127.0.0.1:8080', 'http://127.0.0.1:1']) {
    expect(isAllowedOrigin(origin, bound, []), origin).toBe(false);
    expect(isAllowedOrigin(origin, bound, [origin])).toBe(true);
  }
});

it('says where it listens, and whether others reach it', () => {
  expect([urlOf(at('127.0.0.1')), urlOf(at('::1'))]).toEqual(['http://127.0.0.1:8080/', 'http://[::1]:8080/']);
  expect(['127.0.0.1', 'localhost', '::1', '127.9.9.9', '0.0.0.0', '::', '192.168.1.7'].map(isOpenToOthers)).toEqual([
    false,
    false,
    false,
    false,
    true,
    true,
    true,
  ]);
});
