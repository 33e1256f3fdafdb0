export { bars } from './bars.ts';
export { budgetSteps, coverageSteps, fixed, idleSteps, thresholds } from './common.ts';
export { curve } from './curve.ts';
export { ownPanel } from './own.ts';
export { series } from './series.ts';
export { stat } from './stat.ts';
export { gauge, linked, mapped, named, table, text, wide } from './table.ts';
export { words } from './text.ts';
