// In which formats a report is written.

/** Of tables: Markdown, CSV, LaTeX (booktabs), JSON. */
export const TABLE_FORMAT_NAMES = ['md', 'csv', 'tex', 'json'] as const;
export type TableFormat = (typeof TABLE_FORMAT_NAMES)[number];

export const FIGURE_FORMAT_NAMES = ['svg', 'png'] as const;
export type FigureFormat = (typeof FIGURE_FORMAT_NAMES)[number];

export interface Formats {
  readonly tables: readonly TableFormat[];
  readonly figures: readonly FigureFormat[];
}

export const USUAL_FORMATS: Formats = { tables: TABLE_FORMAT_NAMES, figures: ['svg'] };
