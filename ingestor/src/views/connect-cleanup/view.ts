import { Type } from 'typebox';
import type { Config } from '../../config.ts';
import { attributeParameter, groupByParameter } from '../parameters.ts';
import { attributeColumns, numberColumn, personAttributes, textColumn } from '../shared/columns.ts';
import { groupRows, sortRows } from '../shared/group-rows.ts';
import { defineView } from '../view.ts';
import { loadConnectFacts } from './facts.ts';
import { connectFindings, findingRules, type FindingRule } from './findings.ts';
import { loadPeople, logNotices, moneyColumns, moneyOf, ruleParameter, serverParameter } from './shared.ts';

/** The rules in words; `{…}` from `ruleFacts`. */
export const cleanupRulesText =
  'As of {until}. Never deployed: no bundle, created more than {never_deployed} days ago. Repeated failed publish: same owner and name (lower case, trailing digits dropped), tries at most {gap} days apart; the dead ones where one was deployed, else all but the newest. ' +
  'Unseen: deployed, at least {unseen} days old, and no page view, session or hit of a human in {unseen} days (owner’s and anonymous ones count, robots do not); unknown where the log is shorter, for pins and for APIs without hits: no finding. ' +
  'Retention: last deployed more than {retention} days ago; {notice} days later proposed for deletion. Forgotten schedule: active, mailed to nobody else, no human in {forgotten} days. Failing: the last three scheduled runs failed, or three of the last five jobs crashed. ' +
  'Exempt: locked, pinned, tagged or listed. A missing CPU request costs the configured default.';

/** Thresholds for `cleanupRulesText`. */
export function ruleFacts({ connect }: Config): Record<string, number> {
  const rules = connect.cleanup;
  return {
    never_deployed: rules.never_deployed_days,
    gap: rules.retry_gap_days,
    unseen: rules.unseen_days,
    retention: rules.retention_days,
    notice: rules.retention_notice_days,
    forgotten: rules.forgotten_schedule_days,
  };
}

export const connectCleanup = defineView({
  id: 'connect-cleanup',
  title: 'Connect clean-up',
  topic: 'Connect',
  description:
    'What could be cleaned up on Connect: content never deployed, failed tries, unseen, forgotten schedules, failing, by rule',
  parameters: Type.Object({
    group_by: groupByParameter(personAttributes),
    department: attributeParameter('department'),
    role: attributeParameter('role'),
    is_manager: attributeParameter('is_manager'),
    rule: ruleParameter,
    server: serverParameter,
  }),
  columns: [
    ...attributeColumns.map((column) => ({
      ...column,
      description: `Of the owner at the end of the range. ${column.description}`,
    })),
    textColumn('rule', 'Rule', findingRules.join(', ')),
    numberColumn('items', 'Findings', 'short', 'Content items; one may be found by several rules'),
    numberColumn('exempt_items', 'Stay', 'short', 'Of these locked, pinned, tagged or listed'),
    numberColumn(
      'items_of_leavers',
      'Owner gone',
      'short',
      'Of these owned by somebody who has left, or whom the directory does not know',
    ),
    numberColumn('bytes', 'Bytes', 'bytes', 'Σ of all bundles'),
    ...moneyColumns,
    numberColumn('people', 'Owners', 'short', 'People who own them'),
  ],
  leastScope: 'aggregate',
  privacy: {
    kind: 'groups',
    attributes: personAttributes,
    splits: [{ column: 'rule' }],
    people: 'people',
    overlapping: true,
    dominance: [{ sum: 'bytes', largest: 'largest_bytes' }],
    merge: {
      items: 'sum',
      exempt_items: 'sum',
      items_of_leavers: 'sum',
      bytes: 'sum',
      run_cost_year: 'sum',
      storage_cost_year: 'sum',
    },
  },
  howComputed: cleanupRulesText,

  async run(context, { rule, server }) {
    const { config, attributes } = context;
    const [facts, people] = await Promise.all([loadConnectFacts(context, server), loadPeople(context)]);
    const cells = groupRows(
      connectFindings(facts, config.connect.cleanup)
        .filter((finding) => rule === '' || finding.rule === rule)
        .map(({ item, rule: found, exemptReason }) => {
          const owner = people.keyOf(item.owner);
          const money = moneyOf(item, facts);
          const person = owner === null ? null : people.asOf(owner, facts.until);
          return {
            keys: { ...people.columns(owner, facts.until, attributes), rule: found },
            person: owner,
            amounts: {
              items: 1,
              exempt_items: exemptReason === null ? 0 : 1,
              items_of_leavers: person?.active === true ? 0 : 1,
              bytes: item.bytes_total ?? 0,
              run_cost_year: money.run_cost_year ?? 0,
              storage_cost_year: money.storage_cost_year ?? 0,
            },
          };
        }),
    );
    const { book } = facts;
    const rows = cells.map((row) => ({
      ...row,
      run_cost_year: book.isCharged('cpu') ? (row['run_cost_year'] ?? null) : null,
      storage_cost_year: book.isCharged('storage') ? (row['storage_cost_year'] ?? null) : null,
      currency: book.currency,
      order: findingRules.indexOf(row['rule'] as FindingRule),
    }));
    return {
      rows: sortRows(rows, [...personAttributes, 'order']),
      coverage: null,
      facts: { ...ruleFacts(config), until: facts.until.toISOString() },
      notices: logNotices(facts),
    };
  },
});
