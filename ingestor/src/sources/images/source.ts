import type { PollSource } from '../source.ts';
import { createVersionRules } from './versions.ts';
import { lookUpImages } from './look-up.ts';

/** Which R, Python and Quarto an image holds, from its registry or from its tag. */
export const imagesSource: PollSource = {
  kind: 'poll',
  id: 'images',
  description: 'R, Python and Quarto versions of container images, from registries and tags',
  migrations: [new URL('tables.sql', import.meta.url)],

  instances(context) {
    const { images } = context.config;
    if (!images.enabled) return [];
    const rules = createVersionRules(images);
    return [{ name: 'images', schedule: images.schedule, poll: (run) => lookUpImages(images, rules, run, context) }];
  },
};
