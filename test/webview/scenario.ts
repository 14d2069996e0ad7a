/** What the fake host shows; travels in the page's address. */

export interface Scenario {
  readonly classes: 3 | 60 | 'long' | 'hostile';
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
  }
};
