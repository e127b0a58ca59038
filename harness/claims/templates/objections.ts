// What the reviewers of the paper (arXiv 2410.19694) objected at ICLR 2025, as claims that figures can answer.
import type { Claim } from '../schema.ts';
import { ONE_POINT } from './paper.ts';

export const REVIEWERS_OBJECTIONS: readonly Claim[] = [
  {
    kind: 'cheaper',
    name: 'a fewer over the run',
    says: 'over the whole run, too, XGBLoRA trains fewer parameters than LoRA',
    method: 'xgblora',
    than: 'lora',
    in: 'cumulative',
  },
  {
    kind: 'cheaper',
    name: 'b smaller to store',
    says: 'what XGBLoRA learned takes less to store than what LoRA did',
    method: 'xgblora',
    than: 'lora',
    in: 'stored',
  },
  {
    kind: 'cheaper',
    name: 'c merges included',
    says: 'with merges, draws and compilations included a step of XGBLoRA takes less time than one of LoRA',
    method: 'xgblora',
    than: 'lora',
    in: 'secondsPerStep',
  },
  {
    kind: 'transfers',
    name: 'd kappa transfers',
    says: 'the best number of steps a booster of one model and task serves the others within a point',
    method: 'xgblora',
    over: 'options.stepsPerBooster',
    margin: ONE_POINT,
  },
  {
    kind: 'transfers',
    name: 'd L_s transfers',
    says: 'the best number of layers a booster of one model and task serves the others within a point',
    method: 'xgblora',
    over: 'options.layersPerBooster',
    margin: ONE_POINT,
  },
  {
    kind: 'better',
    name: 'e beats stages of LoRA (COLA)',
    says: 'XGBLoRA scores higher than a chain of LoRA',
    method: 'xgblora',
    than: 'cola',
  },
  {
    kind: 'better',
    name: 'e beats stages of LoRA (ReLoRA)',
    says: 'XGBLoRA scores higher than ReLoRA',
    method: 'xgblora',
    than: 'relora',
  },
];
