import { Type } from 'typebox';
import { loadNames } from '../../identity/names.ts';
import { numberColumn, textColumn, timeColumn } from '../shared/columns.ts';
import { defineView } from '../view.ts';
import { loadConnectFacts } from './facts.ts';
import { connectFindings, findingRules } from './findings.ts';
import { loadPeople, logNotices, moneyColumns, moneyOf, ownerState, ruleParameter, serverParameter } from './shared.ts';
import { cleanupRulesText, ruleFacts } from './view.ts';

export const connectCleanupItems = defineView({
  id: 'connect-cleanup-items',
  title: 'Connect clean-up, item by item',
  topic: 'Connect',
  description:
    'Every item that a clean-up rule finds, with the evidence, its owner, what it holds and costs, and why it may stay',
  parameters: Type.Object({
    rule: ruleParameter,
    server: serverParameter,
    exempt: Type.Boolean({ default: true, description: 'With those that stay: locked, pinned, tagged or listed' }),
  }),
  columns: [
    textColumn('server', 'Server', 'Of the configuration'),
    textColumn('content_guid', 'Content', 'guid on the server'),
    textColumn('name', 'Name', 'Unique per owner'),
    textColumn('title', 'Title', 'As shown; user names in it are replaced'),
    textColumn('app_mode', 'Type', 'unknown before the first deployment'),
    textColumn('owner', 'Owner', 'Pseudonym'),
    textColumn(
      'owner_name',
      'Name of the owner',
      'From the last good HR feed of this ingestor; empty when it has none',
    ),
    textColumn('owner_state', 'State', 'employed, left, unknown (not in the directory)'),
    textColumn('department', 'Department', 'Of the owner at the end of the range'),
    textColumn('rule', 'Rule', findingRules.join(', ')),
    textColumn('proposal', 'Proposal', 'delete, warn owner, stop schedule, repair'),
    textColumn('evidence', 'Evidence', 'What the rule was decided by'),
    textColumn('evidence_values', 'Evidence, values', 'The same as JSON'),
    textColumn('seen', 'Seen in a year', 'yes, no, unknown'),
    textColumn('seen_unknown', 'Why unknown', 'Why nobody can say whether it was seen'),
    timeColumn('last_seen_at', 'Last seen', 'Last page view, session or hit of a human, signed in or not'),
    timeColumn('created_at', 'Created', 'Of the item, deployed or not'),
    timeColumn('last_deployed_at', 'Last deployed', 'Last success; says nothing of an item that was never deployed'),
    numberColumn('bytes', 'Bytes', 'bytes', 'All its bundles'),
    ...moneyColumns,
    { name: 'is_exempt', displayName: 'Stays', type: 'boolean', unit: null, description: 'Never proposed' },
    textColumn('exempt_reason', 'Why it stays', 'locked, pinned, a tag, or the reason given in the configuration'),
  ],
  leastScope: 'self',
  privacy: { kind: 'persons', person: 'owner' },
  howComputed: cleanupRulesText,

  async run(context, { rule, server, exempt }) {
    const { config } = context;
    const [facts, people, names] = await Promise.all([
      loadConnectFacts(context, server),
      loadPeople(context),
      loadNames(config.dataDir),
    ]);
    const rows = connectFindings(facts, config.connect.cleanup)
      .filter((finding) => (rule === '' || finding.rule === rule) && (exempt || finding.exemptReason === null))
      .map(({ item, seen, ...finding }) => {
        const owner = people.keyOf(item.owner);
        return {
          server: item.server,
          content_guid: item.content_guid,
          name: item.name,
          title: item.title,
          app_mode: item.app_mode,
          owner,
          owner_name: owner === null ? null : (names.get(owner)?.name ?? null),
          owner_state: ownerState(people, owner, facts.until),
          department: people.columns(owner, facts.until).department,
          rule: finding.rule,
          proposal: finding.proposal,
          evidence: finding.evidence,
          evidence_values: JSON.stringify(finding.facts),
          seen: seen.seen,
          seen_unknown: seen.why === '' ? null : seen.why,
          last_seen_at: seen.lastSeenAt,
          created_at: item.created_at,
          last_deployed_at: item.bundle_id === null ? null : item.last_deployed_at,
          bytes: item.bytes_total,
          ...moneyOf(item, facts),
          currency: facts.book.currency,
          is_exempt: finding.exemptReason !== null,
          exempt_reason: finding.exemptReason,
        };
      })
      .sort((a, b) => findingRules.indexOf(a.rule) - findingRules.indexOf(b.rule) || (b.bytes ?? 0) - (a.bytes ?? 0));
    return {
      rows,
      coverage: null,
      facts: { ...ruleFacts(config), until: facts.until.toISOString() },
      notices: logNotices(facts),
    };
  },
});
