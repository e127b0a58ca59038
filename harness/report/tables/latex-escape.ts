// Text that LaTeX sets as it is, under pdflatex with its default encodings and no package.

/**
 * On one line. A letter with accents is set as such; a character that pdflatex has no glyph for is its code point,
 * `U+4F4E`, in typewriter.
 */
export function latexEscaped(text: string): string {
  return setAll(text, set);
}

/** The same in typewriter, to be copied: its quotes are straight. */
export function latexCode(text: string): string {
  return `\\texttt{${setAll(text, (character) => STRAIGHT.get(character) ?? set(character))}}`;
}

/** By their places in the typewriter font. */
const STRAIGHT: ReadonlyMap<string, string> = new Map([
  ["'", '{\\char13}'],
  ['`', '{\\char18}'],
]);

function setAll(text: string, write: (character: string) => string): string {
  const characters = [...text.replaceAll(/\s*[\r\n\u2028\u2029]\s*/g, ' ').normalize('NFC')];
  return characters.map((character, at) => `${gapBefore(character, characters[at - 1])}${write(character)}`).join('');
}

/** Two of these would join to another sign: a dash, a quote. */
function gapBefore(character: string, before: string | undefined): string {
  return character === before && "-',".includes(character) ? '{}' : '';
}

function set(character: string): string {
  return letter(character) ?? accented(character) ?? codePoint(character);
}

function letter(character: string): string | undefined {
  return WRITTEN.get(character) ?? (character >= ' ' && character <= '~' ? character : undefined);
}

/** The first accent stands next to its letter; undefined where the letter or an accent has no command. */
function accented(character: string): string | undefined {
  const [base = '', ...marks] = character.normalize('NFD');
  return marks.reduce<string | undefined>((inner, mark) => {
    const accent = ACCENTS.get(mark);
    return accent === undefined || inner === undefined ? undefined : `${accent}{${inner}}`;
  }, letter(base));
}

function codePoint(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return `\\texttt{U+${code}}`;
}

/**
 * Those that LaTeX obeys; those that its first encoding shows as others (`<`, `>`, `|`, `"`), or takes from another font (`$`); a bracket or a star behind the
 * end of a row would belong to that end.
 */
const WRITTEN: ReadonlyMap<string, string> = new Map([
  ['\\', '\\textbackslash{}'],
  ['{', '\\{'],
  ['}', '\\}'],
  ['$', '{\\ttfamily\\char36}'],
  ['&', '\\&'],
  ['#', '\\#'],
  ['%', '\\%'],
  ['_', '\\_'],
  ['^', '\\textasciicircum{}'],
  ['~', '\\textasciitilde{}'],
  ['<', '$<$'],
  ['>', '$>$'],
  ['|', '$|$'],
  ['"', '{\\ttfamily\\char34}'],
  ['`', '\\`{ }'],
  ['[', '{[}'],
  [']', '{]}'],
  ['*', '{*}'],
  ['\t', ' '],
  ['\u00a0', '~'],
  ['—', '{---}'],
  ['–', '{--}'],
  ['−', '$-$'],
  ['±', '$\\pm$'],
  ['×', '$\\times$'],
  ['·', '$\\cdot$'],
  ['≤', '$\\leq$'],
  ['≥', '$\\geq$'],
  ['≈', '$\\approx$'],
  ['→', '$\\rightarrow$'],
  ['…', '\\ldots{}'],
  ['‘', '{`}'],
  ['’', "{'}"],
  ['“', '{``}'],
  ['”', "{''}"],
  ['µ', '$\\mu$'],
  ['ß', '\\ss{}'],
  ['æ', '\\ae{}'],
  ['Æ', '\\AE{}'],
  ['ø', '\\o{}'],
  ['Ø', '\\O{}'],
  ['œ', '\\oe{}'],
  ['Œ', '\\OE{}'],
  ['ł', '\\l{}'],
  ['Ł', '\\L{}'],
  ['ı', '\\i{}'],
  ...greek('αβγδεζηθικλμνξπρστυφχψω', [
    ...['alpha', 'beta', 'gamma', 'delta', 'varepsilon', 'zeta', 'eta', 'theta', 'iota', 'kappa', 'lambda', 'mu'],
    ...['nu', 'xi', 'pi', 'rho', 'sigma', 'tau', 'upsilon', 'varphi', 'chi', 'psi', 'omega'],
  ]),
  ...greek('ΓΔΘΛΞΠΣΦΨΩ', ['Gamma', 'Delta', 'Theta', 'Lambda', 'Xi', 'Pi', 'Sigma', 'Phi', 'Psi', 'Omega']),
]);

function greek(letters: string, names: readonly string[]): (readonly [string, string])[] {
  return [...letters].map((each, i) => [each, `$\\${names[i]}$`] as const);
}

/** By the combining character. */
const ACCENTS: ReadonlyMap<string, string> = new Map([
  ['\u0300', '\\`'],
  ['\u0301', "\\'"],
  ['\u0302', '\\^'],
  ['\u0303', '\\~'],
  ['\u0304', '\\='],
  ['\u0306', '\\u'],
  ['\u0307', '\\.'],
  ['\u0308', '\\"'],
  ['\u030a', '\\r'],
  ['\u030b', '\\H'],
  ['\u030c', '\\v'],
  ['\u0323', '\\d'],
  ['\u0327', '\\c'],
]);
