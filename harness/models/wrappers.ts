// What methods put around the linear maps of a model.
import type { LinearMap, Site, SiteWrapper } from '../contracts/model.ts';
import type { tf } from '../tensor/index.ts';

type Place = Pick<Site, 'layer' | 'role'>;

export const siteName = ({ layer, role }: Place): string => `layers.${layer}.${role}`;

export class SiteWrappers {
  private readonly bySite = new Map<string, SiteWrapper>();
  private changes = 0;

  /** Changes whenever a wrapper is put on or taken off. */
  get revision(): number {
    return this.changes;
  }

  /** As `AdaptableModel.wrap`. */
  wrap({ name }: Site, wrapper: SiteWrapper): () => void {
    if (this.bySite.has(name)) throw new Error(`the site ${name} is wrapped already`);
    this.bySite.set(name, wrapper);
    this.changes += 1;
    return () => {
      this.bySite.delete(name);
      this.changes += 1;
    };
  }

  /** A site's map of `x`, through its wrapper where there is one. */
  apply(site: Place, x: tf.Tensor2D, base: LinearMap): tf.Tensor2D {
    const wrapper = this.bySite.get(siteName(site));
    return wrapper ? wrapper(x, base) : base(x);
  }
}
