// LoRA (Hu et al., 2022): a low-rank adapter beside each chosen linear map, trained from start to end, merged last.
import Type, { type Static } from 'typebox';
import type { Method } from '../harness/contracts/method.ts';
import type { Site } from '../harness/contracts/model.ts';
import { sitesOf } from '../harness/models/count.ts';
import type { tf } from '../harness/tensor/index.ts';
import { attachLowRank, checkSites, chooseSites, countLowRank, LARGEST_RANK, SiteOptions } from './shared/low-rank.ts';

const optionsSchema = Type.Object(
  {
    r: Type.Integer({ minimum: 1, maximum: LARGEST_RANK, default: 8, description: 'rank of an adapter' }),
    alpha: Type.Number({ exclusiveMinimum: 0, default: 16, description: 'the adapter is scaled by alpha / r' }),
    dropout: Type.Number({ minimum: 0, exclusiveMaximum: 1, default: 0, description: "rate at the adapter's input" }),
    ...SiteOptions,
  },
  { additionalProperties: false },
);

const updateScale = ({ alpha, r }: Static<typeof optionsSchema>): number => alpha / r;

export const lora: Method<typeof optionsSchema> = {
  name: 'lora',
  title: 'LoRA',
  summary: 'rank-r adapters beside the linear maps, trained from start to end',
  optionsSchema,
  check: checkSites,
  updateScale,
  attach(model, options, { random, dropout }) {
    const draw = random('init/adapters');
    const settings = {
      r: options.r,
      scale: updateScale(options),
      ...(options.dropout > 0 && {
        dropout: (site: Site, x: tf.Tensor2D) => dropout(options.dropout, `lora.${site.name}`, x),
      }),
    };
    const adapters = chooseSites(model.sites, options).map((site) => attachLowRank(model, site, settings, draw));
    let variables = adapters.flatMap(({ a, b }) => [a, b]);
    return {
      trainable: () => variables,
      finish: () => {
        for (const adapter of adapters) adapter.merge();
        variables = [];
      },
    };
  },
  count(spec, options) {
    const all = countLowRank(chooseSites(sitesOf(spec), options), options.r);
    return { trainable: all, trainableCumulative: all, stored: all };
  },
  placement: (spec, options) => ({ sites: chooseSites(sitesOf(spec), options), layersAtOnce: null, rank: options.r }),
};
