import { globMatches } from './condition.ts';
import type { PlatformConfig } from './config.ts';

/** Definitions, "Activity": cores from which a bucket is active unless its image has a threshold of its own. */
export const defaultActiveCores = 0.1;

export function activeCoresOf(rules: PlatformConfig['active_cores'], image: string): number {
  return rules.find((rule) => globMatches(rule.image, image))?.cores ?? defaultActiveCores;
}
