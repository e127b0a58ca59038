// Reads LaTeX back as the text that pdflatex sets, by the commands that the tables may use; anything else is an error.

const SYMBOLS: Readonly<Record<string, string>> = {
  textbackslash: '\\',
  textasciicircum: '^',
  textasciitilde: '~',
  ldots: '…',
  ss: 'ß',
  ae: 'æ',
  AE: 'Æ',
  oe: 'œ',
  OE: 'Œ',
  o: 'ø',
  O: 'Ø',
  l: 'ł',
  L: 'Ł',
  i: 'ı',
};

const ACCENTS: Readonly<Record<string, string>> = {
  '`': '\u0300',
  "'": '\u0301',
  '^': '\u0302',
  '~': '\u0303',
  '=': '\u0304',
  u: '\u0306',
  '.': '\u0307',
  '"': '\u0308',
  r: '\u030a',
  H: '\u030b',
  v: '\u030c',
  d: '\u0323',
  c: '\u0327',
};

const MATH: Readonly<Record<string, string>> = {
  ...{ '<': '<', '>': '>', '|': '|', '-': '−' },
  ...{ '\\pm': '±', '\\times': '×', '\\cdot': '·', '\\leq': '≤', '\\geq': '≥', '\\approx': '≈', '\\rightarrow': '→' },
  ...{ '\\alpha': 'α', '\\beta': 'β', '\\gamma': 'γ', '\\delta': 'δ', '\\varepsilon': 'ε', '\\zeta': 'ζ' },
  ...{ '\\eta': 'η', '\\theta': 'θ', '\\iota': 'ι', '\\kappa': 'κ', '\\lambda': 'λ', '\\mu': 'μ', '\\nu': 'ν' },
  ...{ '\\xi': 'ξ', '\\pi': 'π', '\\rho': 'ρ', '\\sigma': 'σ', '\\tau': 'τ', '\\upsilon': 'υ', '\\varphi': 'φ' },
  ...{ '\\chi': 'χ', '\\psi': 'ψ', '\\omega': 'ω', '\\Gamma': 'Γ', '\\Delta': 'Δ', '\\Theta': 'Θ' },
  ...{ '\\Lambda': 'Λ', '\\Xi': 'Ξ', '\\Pi': 'Π', '\\Sigma': 'Σ', '\\Phi': 'Φ', '\\Psi': 'Ψ', '\\Omega': 'Ω' },
};

/** Where letters stand next to each other that TeX joins. */
const JOINED: readonly (readonly [RegExp, string])[] = [
  [/^---/, '—'],
  [/^--/, '–'],
  [/^``/, '“'],
  [/^''/, '”'],
  [/^,,/, '„'],
];

/** @throws Error for a command, or a character with a meaning of its own, that the tables do not use */
export function latexRead(source: string): string {
  const { text, rest } = readUntilClosed(source);
  if (rest !== '') throw new Error(`a brace that closes nothing before ${rest.slice(0, 20)}`);
  return text.normalize('NFC');
}

interface Read {
  readonly text: string;
  readonly rest: string;
}

/** To the brace that closes, which is left, or to the end. */
function readUntilClosed(source: string): Read {
  let [text, rest] = ['', source];
  while (rest !== '' && !rest.startsWith('}')) {
    const read = readOne(rest);
    text += read.text;
    rest = read.rest;
  }
  return { text, rest };
}

function readOne(source: string): Read {
  const joined = JOINED.find(([pattern]) => pattern.test(source));
  if (joined !== undefined) return { text: joined[1], rest: source.replace(joined[0], '') };
  const typed = /^\{(?:\\ttfamily)?\\char(\d+)\}/.exec(source);
  if (typed !== null) return { text: typewriter(Number(typed[1])), rest: source.slice(typed[0].length) };
  if (source.startsWith('{')) return readGroup(source);
  if (source.startsWith('$')) return readMath(source);
  if (source.startsWith('\\')) return readCommand(source);
  const [character = ''] = source;
  if ('#%&^_'.includes(character)) throw new Error(`a bare ${character} before ${source.slice(0, 20)}`);
  return { text: READ_AS[character] ?? character, rest: source.slice(character.length) };
}

/** A quote alone is a curly one; a tie is a space that does not break. */
const READ_AS: Readonly<Record<string, string>> = { '~': '\u00a0', '`': '‘' };

/** Of the font's places those that are not ASCII's: its straight quotes. */
function typewriter(place: number): string {
  return (
    new Map([
      [13, "'"],
      [18, '`'],
    ]).get(place) ?? String.fromCharCode(place)
  );
}

function readGroup(source: string): Read {
  const { text, rest } = readUntilClosed(source.slice(1));
  if (!rest.startsWith('}')) throw new Error(`a group without an end: ${source.slice(0, 20)}`);
  return { text: text === "'" ? '’' : text, rest: rest.slice(1) };
}

function readMath(source: string): Read {
  const end = source.indexOf('$', 1);
  const text = MATH[source.slice(1, end)];
  if (end < 0 || text === undefined) throw new Error(`no such formula: ${source.slice(0, 20)}`);
  return { text, rest: source.slice(end + 1) };
}

function readCommand(source: string): Read {
  const escaped = /^\\([\\{}&#%_])/.exec(source);
  if (escaped !== null) return { text: escaped[1] ?? '', rest: source.slice(2) };
  const code = /^\\texttt\{U\+([0-9A-F]{4,6})\}/.exec(source);
  if (code !== null)
    return { text: String.fromCodePoint(Number.parseInt(code[1] ?? '', 16)), rest: source.slice(code[0].length) };
  const [whole = '', name = ''] = /^\\([A-Za-z]+|[^A-Za-z])/.exec(source) ?? [];
  const { text, rest } = readGroup(source.slice(whole.length));
  if (name === 'textbf' || name === 'texttt') return { text, rest };
  const symbol = SYMBOLS[name];
  if (symbol !== undefined && text === '') return { text: symbol, rest };
  const accent = ACCENTS[name];
  if (accent === undefined) throw new Error(`no such command: ${source.slice(0, 20)}`);
  return { text: text === ' ' && accent === '\u0300' ? '`' : `${text}${accent}`, rest };
}
