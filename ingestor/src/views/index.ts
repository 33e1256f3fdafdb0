import type { AnyView } from './view.ts';
import { dataQuality } from './data-quality/view.ts';
import { idleCores } from './idle-cores/view.ts';
import { idleCoresSummary } from './idle-cores/summary.ts';

/** Every view there is. To add one: a folder here and a line below (docs/views.md). */
export const views: readonly AnyView[] = [dataQuality, idleCores, idleCoresSummary];
