import { createHash } from 'node:crypto';
import type { JsonCell, QueryResultBody } from '../contract/index.ts';
import type { PersonName } from '../identity/names.ts';

/** In this order: what is done to an item that several rules find. */
const proposals = ['delete', 'stop schedule', 'repair', 'warn owner'] as const;

export interface PlanFinding {
  readonly rule: string;
  readonly proposal: string;
  readonly evidence: string;
  readonly values: Readonly<Record<string, unknown>>;
}

export interface PlanItem {
  readonly server: string;
  readonly content_guid: string;
  readonly name: string | null;
  readonly title: string | null;
  readonly type: string | null;
  readonly owner: {
    readonly key: string | null;
    readonly name: string | null;
    readonly email: string | null;
    readonly state: string;
    readonly department: string | null;
  };
  readonly proposal: string;
  readonly findings: readonly PlanFinding[];
  readonly seen: string;
  readonly bytes: number | null;
  readonly cost_year: {
    readonly runs: number | null;
    readonly storage: number | null;
    readonly currency: string | null;
  };
  /** What has to be so still when the plan is carried out. */
  readonly expected: { readonly created_at: string | null; readonly last_deployed_at: string | null };
  readonly exempt: string | null;
  /** proposed, exempt; later: approved, kept, done, changed since. */
  readonly status: 'proposed' | 'exempt';
  /** For the person who reviews it: approve or keep. */
  readonly decision: null;
}

export interface RuleSummary {
  readonly rule: string;
  readonly items: number;
  readonly exempt: number;
  readonly bytes: number;
}

export interface CleanupPlan {
  readonly plan: {
    readonly format: 1;
    readonly id: string;
    /** SHA-256 of what is proposed, without names and decisions: another plan with this hash proposes the same. */
    readonly hash: string;
    readonly status: 'proposed';
    readonly created_at: string;
    readonly as_of: string;
    readonly rules: string;
    readonly notices: readonly string[];
    readonly approved_by: null;
    readonly approved_at: null;
  };
  readonly summary: readonly RuleSummary[];
  readonly items: readonly PlanItem[];
}

/** A plan from the answer of `connect-cleanup-items`: one entry for each item, with all that was found of it. Pure. */
export function buildPlan(
  answer: QueryResultBody,
  names: ReadonlyMap<string, PersonName>,
  createdAt: Date,
): CleanupPlan {
  const rows = answer.rows.map(
    (row) => new Map<string, JsonCell>(answer.columns.map(({ name }, index) => [name, row[index] ?? null])),
  );
  const groups = new Map<string, Map<string, JsonCell>[]>();
  for (const row of rows) {
    const key = `${text(row, 'server') ?? ''} ${text(row, 'content_guid') ?? ''}`;
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  const items = [...groups.values()].map((own) => itemOf(own, names)).sort(byProposal);
  const asOf = answer.meta.to;
  const hash = createHash('sha256')
    .update(JSON.stringify(items.map(({ owner, ...item }) => [owner.key, item])))
    .digest('hex');
  return {
    plan: {
      format: 1,
      id: `connect-${asOf.slice(0, 10)}-${hash.slice(0, 12)}`,
      hash,
      status: 'proposed',
      created_at: createdAt.toISOString(),
      as_of: asOf,
      rules: answer.meta.howComputed,
      notices: answer.meta.notices,
      approved_by: null,
      approved_at: null,
    },
    summary: summaryOf(rows),
    items,
  };
}

function itemOf(rows: readonly Map<string, JsonCell>[], names: ReadonlyMap<string, PersonName>): PlanItem {
  const first = rows[0] ?? new Map<string, JsonCell>();
  const findings = rows.map((row) => ({
    rule: text(row, 'rule') ?? '',
    proposal: text(row, 'proposal') ?? '',
    evidence: text(row, 'evidence') ?? '',
    values: JSON.parse(text(row, 'evidence_values') ?? '{}') as Record<string, unknown>,
  }));
  const key = text(first, 'owner');
  const person = key === null ? undefined : names.get(key);
  const exempt = text(first, 'exempt_reason');
  return {
    server: text(first, 'server') ?? '',
    content_guid: text(first, 'content_guid') ?? '',
    name: text(first, 'name'),
    title: text(first, 'title'),
    type: text(first, 'app_mode'),
    owner: {
      key,
      name: person?.name ?? null,
      email: person?.email ?? null,
      state: text(first, 'owner_state') ?? 'unknown',
      department: text(first, 'department'),
    },
    proposal: proposals.find((each) => findings.some(({ proposal }) => proposal === each)) ?? '',
    findings,
    seen: [text(first, 'seen'), text(first, 'seen_unknown')].filter((part) => part !== null).join(': '),
    bytes: number(first, 'bytes'),
    cost_year: {
      runs: number(first, 'run_cost_year'),
      storage: number(first, 'storage_cost_year'),
      currency: text(first, 'currency'),
    },
    expected: { created_at: text(first, 'created_at'), last_deployed_at: text(first, 'last_deployed_at') },
    exempt,
    status: exempt === null ? 'proposed' : 'exempt',
    decision: null,
  };
}

function summaryOf(rows: readonly Map<string, JsonCell>[]): RuleSummary[] {
  const rules = [...new Set(rows.map((row) => text(row, 'rule') ?? ''))];
  return rules.map((rule) => {
    const own = rows.filter((row) => text(row, 'rule') === rule);
    return {
      rule,
      items: own.length,
      exempt: own.filter((row) => row.get('is_exempt') === true).length,
      bytes: own.reduce((sum, row) => sum + (number(row, 'bytes') ?? 0), 0),
    };
  });
}

function byProposal(a: PlanItem, b: PlanItem): number {
  const order = (item: PlanItem): number =>
    (item.status === 'exempt' ? 10 : 0) + proposals.findIndex((each) => each === item.proposal);
  return order(a) - order(b) || (b.bytes ?? 0) - (a.bytes ?? 0) || (a.content_guid < b.content_guid ? -1 : 1);
}

function text(row: Map<string, JsonCell>, column: string): string | null {
  const value = row.get(column);
  return typeof value === 'string' && value !== '' ? value : null;
}

function number(row: Map<string, JsonCell>, column: string): number | null {
  const value = row.get(column);
  return typeof value === 'number' ? value : null;
}
