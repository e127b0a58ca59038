// The claims of the paper "Less is More: Extreme Gradient Boost Rank-1 Adaption for Efficient Finetuning of LLMs"
// (arXiv 2410.19694), to be tested by any study that has its methods. Margins are ours: the paper gives none.
import type { Claim } from '../schema.ts';

/** A point of a metric between 0 and 1 that is taken not to matter. */
export const ONE_POINT = 0.01;

export const PAPER_CLAIMS: readonly Claim[] = [
  {
    kind: 'better',
    name: '1 beats LoRA',
    says: 'XGBLoRA scores higher than LoRA on every task',
    method: 'xgblora',
    than: 'lora',
  },
  {
    kind: 'equivalent',
    name: '2 comparable to full',
    says: 'XGBLoRA scores as full fine-tuning within a point',
    method: 'xgblora',
    to: 'full',
    margin: ONE_POINT,
  },
  {
    kind: 'cheaper',
    name: '3 fewer parameters',
    says: 'XGBLoRA trains fewer parameters at once than LoRA',
    method: 'xgblora',
    than: 'lora',
    in: 'trainable',
  },
  {
    kind: 'monotone',
    name: '4a LoRA grows with the rank',
    says: "the memory of LoRA's update rises with its rank",
    method: 'lora',
    over: 'options.r',
    measure: 'trainState',
    direction: 'rises',
  },
  {
    kind: 'flat',
    name: '4b XGBLoRA does not',
    says: "the memory of XGBLoRA's update stays within a tenth whatever rank its boosters add up to",
    method: 'xgblora',
    over: 'options.stepsPerBooster',
    measure: 'trainState',
    margin: Math.log(1.1),
  },
  {
    kind: 'cheaper',
    name: '5 faster steps',
    says: 'a step of XGBLoRA takes less time than one of LoRA',
    method: 'xgblora',
    than: 'lora',
    in: 'seconds',
  },
  {
    kind: 'monotone',
    name: '6a rank helps LoRA',
    says: 'the score of LoRA rises with its rank (lemma 1: the error falls)',
    method: 'lora',
    over: 'options.r',
    direction: 'rises',
  },
  {
    kind: 'monotone',
    name: '6b boosters help',
    says: 'the score of XGBLoRA rises with the number of boosters (theorem 2)',
    method: 'xgblora',
    over: 'options.boosters',
    direction: 'rises',
  },
  {
    kind: 'optimum',
    name: '7 an optimum over kappa',
    says: "over the steps of a booster the score has an optimum between the ends, above LoRA's (figure 4)",
    method: 'xgblora',
    over: 'options.stepsPerBooster',
    above: 'lora',
  },
];
