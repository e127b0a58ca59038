// The quality of a study's methods as a picture.
import type { Summary } from '../aggregate.ts';
import { drawSvg } from './draw.ts';
import { qualityChart } from './quality.ts';

export const qualityFigure = (summary: Summary): string => drawSvg(qualityChart(summary));
