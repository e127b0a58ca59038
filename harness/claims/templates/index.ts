// The lists of claims that any study can take, by name.
import type { Claim, TemplateName } from '../schema.ts';
import { REVIEWERS_OBJECTIONS } from './objections.ts';
import { PAPER_CLAIMS } from './paper.ts';

export const TEMPLATES: Readonly<Record<TemplateName, readonly Claim[]>> = {
  paper: PAPER_CLAIMS,
  objections: REVIEWERS_OBJECTIONS,
};
