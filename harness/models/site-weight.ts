// The name of a site's weight among the parameters of its model.
import type { ModelSpec, Site } from '../contracts/model.ts';
import { decoderModule } from './decoder.ts';
import { encoderModule } from './encoder.ts';

export function siteWeight({ family }: Pick<ModelSpec, 'family'>, site: Pick<Site, 'layer' | 'role'>): string {
  return `${family === 'encoder' ? encoderModule(site) : decoderModule(site)}.weight`;
}
