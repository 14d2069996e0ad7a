/** The HTML of a webview: nothing of the user's in it but where they were, as an attribute; nothing inline, nothing from elsewhere. */

import { randomBytes } from 'node:crypto';

export interface PageParts {
  /** 'review', 'confusion' …: the bundle's name and the page's `data-surface`. */
  readonly surface: string;
  readonly cspSource: string;
  readonly scriptUri: string;
  /** In the order of the cascade. */
  readonly styleUris: readonly string[];
  readonly language: string;
  /** JSON, for the page's `navigation`; null = it begins anew. */
  readonly place: string | null;
}

/** The toolkit adds one empty style element to a page: its hash, so that `unsafe-inline` is not needed. */
const emptyStyle = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='";

export const contentSecurityPolicy = (cspSource: string, nonce: string): string =>
  [
    "default-src 'none'",
    `img-src ${cspSource} blob:`,
    `style-src ${cspSource} ${emptyStyle}`,
    `font-src ${cspSource}`,
    `script-src 'nonce-${nonce}'`,
  ].join('; ');

/** A whole document with a fresh 128-bit nonce. */
export const pageHtml = ({ surface, cspSource, scriptUri, styleUris, language, place }: PageParts): string => {
  const nonce = randomBytes(16).toString('base64');
  const quoted = (text: string): string =>
    text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
  const styles = styleUris.map((uri) => `<link rel="stylesheet" href="${quoted(uri)}">`).join('\n    ');
  return `<!DOCTYPE html>
<html lang="${quoted(language)}">
  <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="${quoted(contentSecurityPolicy(cspSource, nonce))}">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Winnow</title>
    ${styles}
  </head>
  <body data-surface="${quoted(surface)}"${place === null ? '' : ` data-place="${quoted(place)}"`}>
    <div id="app"></div>
    <script type="module" nonce="${nonce}" src="${quoted(scriptUri)}"></script>
  </body>
</html>
`;
};
