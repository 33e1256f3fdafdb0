import type { SceVoiceQuery } from '../datasource/types.ts';

export type FigureName = 'cost' | 'idle' | 'churn' | 'users' | 'storage';

/** What the home page asks. Groups are summed where the answer can be: nothing is left out as too small then. */
export const figureQuestions: Readonly<Record<FigureName, Pick<SceVoiceQuery, 'view' | 'params'>>> = {
  cost: { view: 'cost', params: { group_by: [] } },
  idle: { view: 'idle-cores-summary' },
  churn: { view: 'container-churn', params: { group_by: [] } },
  users: { view: 'user-activity' },
  storage: { view: 'storage', params: { group_by: [] } },
};
