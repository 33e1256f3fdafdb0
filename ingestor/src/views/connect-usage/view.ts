import { Type } from 'typebox';
import { readSql } from '../../warehouse/sql.ts';
import { dayMs, itemKey, loadConnectFacts, type ContentItem } from '../connect-cleanup/facts.ts';
import { failing } from '../connect-cleanup/findings.ts';
import { loadPeople, logNotices, serverParameter } from '../connect-cleanup/shared.ts';
import { attributeParameter, groupByParameter } from '../parameters.ts';
import { allValues, numberColumn, textColumn } from '../shared/columns.ts';
import { groupRows, sortRows, type Contribution } from '../shared/group-rows.ts';
import { defineView } from '../view.ts';

const sql = readSql(import.meta.url, 'query.sql');
const attributes = ['department', 'owner_department'] as const;
const ages = [
  [30, 'under 30 days'],
  [90, '30 to 90 days'],
  [365, '90 days to a year'],
  [1096, '1 to 3 years'],
  [Infinity, 'over 3 years'],
] as const;
const interfaceModes = new Set(['api', 'python-api', 'python-fastapi', 'tensorflow-saved-model']);
/** Views without a signed-in person. */
const anonymous = 'anonymous';

interface LookRow {
  readonly server: string;
  readonly content_guid: string;
  readonly person: string | null;
  readonly views: number;
  readonly sessions: number;
  readonly hits: number;
}

export const connectUsage = defineView({
  id: 'connect-usage',
  title: 'Connect usage',
  topic: 'Connect',
  description:
    'Who looks at what on Connect: by department of the viewer and of the owner, type and age of the content',
  parameters: Type.Object({
    group_by: groupByParameter(attributes),
    department: attributeParameter('department'),
    owner_department: attributeParameter('owner_department'),
    split_by: Type.Array(Type.Union([Type.Literal('content_type'), Type.Literal('age'), Type.Literal('runtime')]), {
      default: ['content_type'],
      uniqueItems: true,
      description: 'content_type, age, runtime (version of R or Python), several or none',
    }),
    server: serverParameter,
  }),
  columns: [
    textColumn(
      'department',
      'Department of the viewer',
      `At the end of the range; ${anonymous}: not signed in; all: not grouped by`,
    ),
    textColumn('owner_department', 'Department of the owner', 'At the end of the range; all: not grouped by'),
    textColumn('content_type', 'Type', 'As the server says (app_mode); all: not split by'),
    textColumn('age', 'Age', 'Of the item at the end of the range; all: not split by'),
    textColumn(
      'runtime',
      'Runtime',
      'R or Python with its version, as the server says; none: static; all: not split by',
    ),
    numberColumn('visits', 'Visits', 'short', 'Page views and sessions; of interfaces their hits'),
    numberColumn('anonymous_visits', 'Anonymous', 'short', 'Of these not signed in'),
    numberColumn('visits_per_viewer', 'Visits per viewer', 'short', 'Of signed-in viewers'),
    numberColumn('people', 'Viewers', 'short', 'People who looked; a lower bound where groups were merged'),
    numberColumn('items', 'Items', 'short', 'Content items that were looked at'),
    numberColumn(
      'failing_items',
      'Failing',
      'short',
      'Of these failing: three scheduled runs in a row, or three crashes in five jobs',
    ),
  ],
  leastScope: 'aggregate',
  privacy: {
    kind: 'groups',
    attributes,
    splits: [{ column: 'content_type' }, { column: 'age', order: 'age_order' }, { column: 'runtime' }],
    people: 'contributors',
    alsoPeople: ['owners_shown'],
    overlapping: true,
    dominance: [{ sum: 'signed_in_visits', largest: 'largest_signed_in_visits' }],
    merge: {
      visits: 'sum',
      anonymous_visits: 'sum',
      signed_in_visits: 'sum',
      visits_per_viewer: { ratio: ['signed_in_visits', 'people'] },
      people: 'max',
      items: 'sum',
      failing_items: 'sum',
    },
  },
  howComputed:
    'Page views and Shiny sessions of humans in the range; of interfaces, which these miss, hits. Hits and views are never added. Robots (by user agent or account) are left out. Departments and ages at {until}. {split}',

  async run(context, { split_by: splitBy, server }) {
    const { reader, range } = context;
    const [facts, people, looks] = await Promise.all([
      loadConnectFacts(context, server, { looks: false, runs: false }),
      loadPeople(context),
      reader.rows<LookRow>(sql, [range.from, range.to, server]),
    ]);
    const items = new Map(facts.items.map((item) => [itemKey(item), item]));
    const departmentOf = (account: string | null): string => people.columns(account, facts.until).department;
    const byOwner = context.attributes.includes('owner_department');
    const looked: Contribution[] = [];
    const owned = new Map<string, Contribution>();
    for (const look of looks) {
      const item = items.get(itemKey(look));
      const visits = item === undefined ? 0 : visitsOf(item, look);
      if (item === undefined || visits === 0) continue;
      const viewer = people.keyOf(look.person);
      const keys = {
        department: !context.attributes.includes('department')
          ? allValues
          : viewer === null
            ? anonymous
            : departmentOf(viewer),
        owner_department: byOwner ? departmentOf(item.owner) : allValues,
        content_type: splitBy.includes('content_type') ? item.app_mode : allValues,
        age: splitBy.includes('age') ? ageOf(item, facts.until) : allValues,
        runtime: splitBy.includes('runtime') ? runtimeOf(item) : allValues,
      };
      const isSignedIn = viewer !== null;
      looked.push({
        keys,
        person: viewer,
        amounts: { visits, anonymous_visits: isSignedIn ? 0 : visits, signed_in_visits: isSignedIn ? visits : 0 },
      });
      owned.set(`${JSON.stringify(keys)} ${itemKey(item)}`, {
        keys,
        person: people.keyOf(item.owner),
        amounts: { items: 1, failing_items: failing(item, facts) === null ? 0 : 1 },
      });
    }
    const cellOf = (row: object): string =>
      JSON.stringify(keyColumns.map((name) => (row as Record<string, unknown>)[name]));
    const owners = new Map(groupRows(owned.values()).map((row) => [cellOf(row), row]));
    const rows = groupRows(looked).map((row) => {
      const own = owners.get(cellOf(row));
      const [viewers, ownerCount] = [Number(row['people'] ?? 0), Number(own?.['people'] ?? 0)];
      return {
        ...row,
        items: own?.['items'] ?? 0,
        failing_items: own?.['failing_items'] ?? 0,
        visits_per_viewer: viewers === 0 ? null : Number(row['signed_in_visits']) / viewers,
        // Anonymous rows are about the owners, where these are told apart.
        contributors: viewers > 0 ? viewers : byOwner ? ownerCount : 0,
        owners_shown: byOwner ? ownerCount : 0,
        age_order: ages.findIndex(([, name]) => name === row['age']),
      };
    });
    return {
      rows: sortRows(rows, ['department', 'owner_department', 'content_type', 'age_order', 'runtime']),
      coverage: null,
      facts: {
        until: facts.until.toISOString(),
        split: splitBy.length === 0 ? 'All content together.' : `By ${splitBy.join(' and ')}.`,
      },
      notices: logNotices(facts),
    };
  },
});

const keyColumns = ['department', 'owner_department', 'content_type', 'age', 'runtime'];

function visitsOf(item: ContentItem, look: LookRow): number {
  const views = look.views + look.sessions;
  return interfaceModes.has(item.app_mode) ? views + look.hits : views;
}

function ageOf(item: ContentItem, until: Date): string {
  const days = (until.getTime() - item.created_at.getTime()) / dayMs;
  return ages.find(([most]) => days < most)?.[1] ?? '';
}

function runtimeOf({ r_version: r, python_version: python }: ContentItem): string {
  const parts = [r === null ? '' : `R ${r}`, python === null ? '' : `Python ${python}`].filter((part) => part !== '');
  return parts.join(' + ') || 'none';
}
