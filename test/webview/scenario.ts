/** What the fake host shows; travels in the page's address. */

export interface Scenario {
  readonly classes: 3 | 60 | 'long' | 'hostile' | `payloads ${number}`;
  readonly rows: number;
  readonly state: 'ready' | 'no-run' | 'busy' | 'stale' | 'error';
  readonly readOnly: boolean;
  /** Answers to decisions wait until the test lets them go. */
  readonly isSlow: boolean;
}

export const usual: Scenario = { classes: 3, rows: 200, state: 'ready', readOnly: false, isSlow: false };

export const toQuery = (scenario: Partial<Scenario>): string =>
  encodeURIComponent(JSON.stringify({ ...usual, ...scenario }));
export const fromQuery = (search: string): Scenario =>
  JSON.parse(new URLSearchParams(search).get('scenario') ?? 'null') as Scenario;

/** Names that would run, break out or turn the line round if anything but text came of them. */
export const hostileNames = [
  '<img src=x onerror="window.winnowPwned=1">',
  '"><script>window.winnowPwned=1</script>',
  "'; window.winnowPwned=1; //",
  '${window.winnowPwned=1}',
  '{{constructor.constructor("window.winnowPwned=1")()}}',
  'javascript:window.winnowPwned=1',
  '</style><svg onload=window.winnowPwned=1>',
  '\u202Egnp.tac',
  '__proto__',
  'constructor',
];

/** Scripts that would leave a mark … */
const scripts = [
  'window.winnowPwned=1',
  'window["winnow"+"Pwned"]=1',
  'top.winnowPwned=1',
  'self[`winnowPwned`]=1',
  'Object.assign(window,{winnowPwned:1})',
  'eval("window.winnowPwned=1")',
  'Function("window.winnowPwned=1")()',
  'setTimeout("window.winnowPwned=1")',
  'import("data:text/javascript,window.winnowPwned=1")',
  'Reflect.set(window,"winnowPwned",1)',
];
/** … and what would carry them, were a name ever taken for markup, an attribute, a style, an address, a script or a template. */
const carriers: readonly ((script: string) => string)[] = [
  (script) => `<script>${script}</script>`,
  (script) => `"><script>${script}</script>`,
  (script) => `'><svg onload='${script}'>`,
  (script) => `<img src=x onerror='${script}'>`,
  (script) => `" autofocus onfocus='${script}' x="`,
  (script) => `' onmouseover=${script} '`,
  (script) => `</title><body onpageshow='${script}'>`,
  (script) => `</textarea><details open ontoggle='${script}'>`,
  (script) => `--><iframe srcdoc="<script>parent.${script}</script>">`,
  (script) => `<a href='javascript:${script}'>x</a>`,
  (script) => `javascript:${script}`,
  (script) => `data:text/html,<script>${script}</script>`,
  (script) => `url("javascript:${script}")`,
  (script) => `</style><style onload='${script}'>*{}</style>`,
  (script) => `<math><mtext><style><img src=x onerror='${script}'></style></mtext></math>`,
  (script) => `<template shadowrootmode=open><slot onslotchange='${script}'></slot></template>`,
  (script) => `\u2028';${script}//`,
  (script) => `\\');${script};(('`,
  (script) => `\${${script}}`,
  (script) => `{{constructor.constructor('${script}')()}}`,
];
/** 200 names. */
export const payloads = carriers.flatMap((carry) => scripts.map(carry));
/** So many of them on a page that all are drawn. */
export const payloadsAPage = 20;

export const vocabOf = (classes: Scenario['classes']): readonly string[] => {
  switch (classes) {
    case 3:
      return ['cat', 'dog', 'fox'];
    case 60:
      return Array.from({ length: 60 }, (_, i) => `species ${String(i + 1).padStart(2, '0')}`);
    case 'long':
      return [
        'a',
        'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft',
        'red panda of the eastern Himalaya, adult, in winter',
      ];
    case 'hostile':
      return hostileNames;
    default: {
      const page = Number(classes.slice('payloads '.length));
      return payloads.slice(page * payloadsAPage, (page + 1) * payloadsAPage);
    }
  }
};
