import { Type } from 'typebox';

const filter = (what: string) => Type.String({ default: '', description: `Only ${what}; empty: all` });

/** Filters on containers. They are not about people: views apply them in SQL, in this order as `$n … $n+4`. */
export const containerFilterParameters = {
  kind: filter('containers of this kind: interactive, connect, batch, service, other'),
  cluster: filter('this cluster'),
  component: filter('this component: interactive, connect, batch, git, other'),
  image: filter('this image reference'),
  node: filter('containers on this node'),
};

/** The values in the order of the bound parameters: kind, cluster, component, image, node. */
export function containerFilterValues(
  parameters: Readonly<Record<keyof typeof containerFilterParameters, string>>,
): readonly [string, string, string, string, string] {
  return [parameters.kind, parameters.cluster, parameters.component, parameters.image, parameters.node];
}
