// A figure as PNG, drawn by resvg with the fonts of this machine.
import { Resvg } from '@resvg/resvg-js';
import { InputError } from '../../contracts/input-error.ts';

/** Sans-serif faces of the usual systems: resvg knows no other name for them than their own. */
const FACES = 'Liberation Sans, Arial, Helvetica, DejaVu Sans, Noto Sans, Segoe UI, sans-serif';

/**
 * @param svg of draw.ts
 * @param scale pixels of the picture for each of the SVG's
 * @param systemFonts false for none, as on a machine without fonts
 * @throws InputError where no font is installed: the words would be missing
 */
export function pngOf(svg: string, scale = 2, systemFonts = true): Uint8Array {
  const font = { loadSystemFonts: systemFonts };
  if (!hasFont(font)) {
    throw new InputError(
      'PNG: no font is installed on this machine, and the figure would have no words; install one, such as DejaVu Sans, or take the SVG',
    );
  }
  const named = svg.replace('font-family="sans-serif"', `font-family="${FACES}"`);
  const picture = new Resvg(named, { font, fitTo: { mode: 'zoom', value: scale } }).render();
  return new Uint8Array(picture.asPng());
}

function hasFont(font: { readonly loadSystemFonts: boolean }): boolean {
  const probe = `<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><text x="5" y="15" font-family="${FACES}">x</text></svg>`;
  return new Resvg(probe, { font }).getBBox() !== undefined;
}
